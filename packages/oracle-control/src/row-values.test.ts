import { fileURLToPath } from 'node:url';
import { createWorld, listenSqlplus, worldCredentials } from '@orasync/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asking, query } from './ask.js';
import { systemClock } from './clock.js';
import { logOn } from './log-on.js';
import { parseOptions } from './options.js';
import { select } from './query.js';
import { bigInteger, longText, optionalText } from './row.js';
import { runSqlplus } from './run-sqlplus.js';
import { connectLine } from './script.js';

const script = fileURLToPath(new URL('../../testing/dist/sqlplus.js', import.meta.url));

/** A value as an expression of SQL, control characters by their number. */
const expressionOf = (value: string): string =>
  `(${[...value.matchAll(/\p{Cc}|\P{Cc}+/gu)]
    .map(([part]) => (part < ' ' ? `CHR(${part.charCodeAt(0)})` : `'${part.replaceAll("'", "''")}'`))
    .join('||')})`;

const oracleBytes = 4000;
const fits = (value: string) => Buffer.byteLength(value) <= oracleBytes;

const nasty = fc.constantFrom(
  "it's",
  '~',
  '|',
  '\\',
  '\\z',
  '\\-  \\+',
  '\n',
  '\r\n',
  '\t',
  ' ',
  '"',
  '&x',
  '𝄞',
  '\u2028',
  '\uFEFF',
  'é',
  ';',
  '-',
  'ORA-00600: x',
  'orasync.0.0',
  'no rows selected',
);
const printable = fc.string({ unit: 'grapheme', maxLength: 30 });
const value = fc
  .array(fc.oneof(nasty, printable), { minLength: 1, maxLength: 12 })
  .map((parts) => parts.join(''))
  .filter((text) => text !== '' && !text.includes('\0') && !/\p{Cs}/u.test(text));

describe.each(['11.2', '19c', '23ai'] as const)(
  'the values of a row, through the stand-in of release %s',
  (release) => {
    let asking: Asking;
    let close: () => Promise<void>;
    beforeAll(async () => {
      const { user, password, sid } = worldCredentials.oracle;
      const standIn = await listenSqlplus(createWorld().database, { script, release });
      const logon = { kind: 'password', user, password, connectIdentifier: sid } as const;
      const resolved = parseOptions({ oracleHome: standIn.home, logon });
      const log = { debug: () => {}, warn: () => {} };
      const context = { resolved, connect: connectLine(resolved), startSqlplus: runSqlplus, clock: systemClock, log };
      ({ asking } = await logOn({ purpose: 'values', signal: undefined }, context));
      close = async () => {
        await asking.session.close();
        await standIn.close();
      };
    });
    afterAll(() => close());

    const readBack = (values: readonly string[]) =>
      query(
        asking,
        select<Record<string, string | undefined>>({
          from: 'dual',
          columns: Object.fromEntries(values.map((each, index) => [`c${index}`, optionalText(expressionOf(each))])),
        }),
      );

    const readLong = (text: string) =>
      query(
        asking,
        select({
          from: 'dual',
          columns: { before: optionalText("'a'"), long: longText(expressionOf(text)), after: optionalText('NULL') },
        }),
      );

    it('come back exactly', () =>
      fc.assert(
        fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 3 }), async (values) => {
          const [row] = await readBack(values);
          expect(Object.values(row ?? {})).toEqual(values);
        }),
        { numRuns: 40 },
      ));

    it.each([
      ['letters', 'x'.repeat(4000)],
      ['backslashes, each two bytes in the row', '\\'.repeat(4000)],
      ['bars and blanks', ' |'.repeat(2000)],
      ['three bytes a character', '€'.repeat(1333)],
      ['four bytes a character', '𝄞'.repeat(1000)],
      ['borders of pieces', '\\-  \\+'.repeat(666)],
      ['trailing blanks', `${'y'.repeat(799)}${' '.repeat(3201)}`],
    ])('come back exactly when they are 4000 bytes of %s', async (_, text) => {
      expect(fits(text)).toBe(true);
      await expect(readLong(text)).resolves.toEqual([{ before: 'a', long: text, after: undefined }]);
    });

    it('come back exactly when they are wider together than a line of sqlplus', async () => {
      const texts = { a: '\\'.repeat(4000), b: `${'x '.repeat(1999)} `, c: '|'.repeat(3999), d: 'short' };
      const columns = {
        a: longText(expressionOf(texts.a)),
        b: longText(expressionOf(texts.b)),
        c: longText(expressionOf(texts.c)),
        d: optionalText(expressionOf(texts.d)),
      };
      await expect(query(asking, select({ from: 'dual', columns }))).resolves.toEqual([texts]);
    });

    it('are refused, and not cut, when a row gets too long for the database', async () =>
      await expect(readBack(['\\'.repeat(3000)])).rejects.toMatchObject({
        oracleCode: 'ORA-01489',
        outcome: 'refused',
      }));

    it('may be NULL or numbers that no double holds', async () => {
      const columns = {
        nothing: longText('NULL'),
        one: bigInteger('123456789012345678901234567890'),
        minus: bigInteger('-1'),
      };
      await expect(query(asking, select({ from: 'dual', columns }))).resolves.toEqual([
        { nothing: undefined, one: 123456789012345678901234567890n, minus: -1n },
      ]);
    });
  },
);
