import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Asking, change, query } from './ask.js';
import { beginBackup } from './changes.js';
import { OracleError, SqlplusStartError, SqlplusTimeoutError } from './errors.js';
import { atChange, atConnect, atQuery, atStart } from './golden.test.fixture.js';
import { parseOptions } from './options.js';
import { asksForNewPassword } from './output.js';
import { select } from './query.js';
import { integer, optionalText } from './row.js';
import { createSession } from './session.js';
import { createManualClock, createProcess } from './session.test.fixture.js';

/** Lets every promise that can settle do so. */
const settle = () => new Promise((resolve) => void setImmediate(resolve));

const { limits } = parseOptions({
  oracleHome: '/o',
  sid: 'X',
  logon: { kind: 'os' },
  limits: { answerCharacters: 5000 },
});
const files = select({ from: 'v$x', columns: { number: integer('n'), path: optionalText('p') } });

const recorded = Object.values({ ...atStart, ...atConnect, ...atChange, ...atQuery }).map(({ out }) => out);
const good = [
  '~1|/u01/a.dbf|\n',
  '~2|\\z|\n~3|a\\nb|\n',
  '\nno rows selected\n\n',
  '\nDatabase altered.\n\n',
  '\n2 rows selected.\n\n',
];
const markers = [0, 1, 2, 3].map((count) => `orasync.n.${count}\n`);

/** A good text with some of its bytes lost, doubled or changed. */
const mutated = fc
  .tuple(
    fc.constantFrom(...good, ...recorded),
    fc.nat(),
    fc.nat({ max: 12 }),
    fc.string({ unit: 'binary', maxLength: 6 }),
  )
  .map(([text, at, length, instead]) => {
    const from = at % (text.length + 1);
    return text.slice(0, from) + instead + text.slice(from + length);
  });

/** Marked, so that most answers end where they should. */
const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...markers) },
  { weight: 3, arbitrary: fc.constantFrom(...good) },
  { weight: 2, arbitrary: mutated },
  { weight: 1, arbitrary: fc.constantFrom(...recorded) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('utf8')) },
  { weight: 1, arbitrary: fc.constantFrom('x'.repeat(6000), 'New password: ', '\r\n', '\n', '~', '|', '\\', 'ORA-') },
);

/** The same output in other pieces, since pipes cut where they like. */
const cut = (text: string, sizes: readonly number[]): readonly string[] => {
  const pieces: string[] = [];
  let at = 0;
  for (let index = 0; at < text.length; index++) {
    const size = (sizes[index % sizes.length] ?? 0) + 1;
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return pieces;
};

const kindOf = (error: unknown): string => {
  if (error instanceof OracleError || error instanceof SqlplusTimeoutError || error instanceof SqlplusStartError) {
    expect(['refused', 'unknown']).toContain(error.outcome);
    expect(error.message).not.toBe('');
    return error.code;
  }
  throw new Error('not one of ours', { cause: error });
};

describe('any output of sqlplus', () => {
  it('ends in rows, a confirmation or a typed error, before the limits are over', async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 14 }),
        fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 8 }),
        fc.constantFrom('stays', 'ends', 'is killed'),
        async (pieces, sizes, fate) => {
          const { clock, pass } = createManualClock();
          const { process, print, exit } = createProcess();
          const redact = (text: string) => text;
          const session = createSession(process, { nonce: 'n', limits, clock, redact, onLateEnd: () => {} });
          const asking: Asking = { session, limits, redact, onWarning: () => {} };
          const answers = [
            session.send([{ label: 'CONNECT', input: 'CONNECT /', limitMs: 10, stopAt: asksForNewPassword }]),
            query(asking, files),
            change(asking, beginBackup),
            query(asking, files),
          ].map((answer) => answer.then(() => 'answered', kindOf));
          await settle();
          for (const each of cut(pieces.join(''), sizes)) {
            print(each);
            // Answers are read by whoever waits for them before more comes.
            if (each.includes('\n')) await settle();
          }
          if (fate !== 'stays')
            exit(fate === 'ends' ? { status: 0, signal: null } : { status: null, signal: 'SIGKILL' });
          for (let round = 0; round < answers.length; round++) {
            await settle();
            pass(limits.beginMs);
          }
          for (const kind of await Promise.all(answers)) seen.set(kind, (seen.get(kind) ?? 0) + 1);
        },
      ),
      { numRuns: 300 },
    );
    // It means little unless every kind of end came up.
    expect([...seen.keys()].sort()).toEqual(['ORACLE', 'SQLPLUS_START', 'SQLPLUS_TIMEOUT', 'answered']);
  });

  it('never passes for another answer: an end marker inside a row is data', async () => {
    const { clock } = createManualClock();
    const { process, print } = createProcess();
    const redact = (text: string) => text;
    const session = createSession(process, { nonce: 'n', limits, clock, redact, onLateEnd: () => {} });
    const rows = query({ session, limits, redact, onWarning: () => {} }, files);
    await settle();
    print('~1|orasync.n.0|\n~2|ORA-00600: \\norasync.n.0\\n|\norasync.n.0\n');
    await expect(rows).resolves.toEqual([
      { number: 1, path: 'orasync.n.0' },
      { number: 2, path: 'ORA-00600: \norasync.n.0\n' },
    ]);
  });
});
