import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedaction, excerpt, kept } from './redaction.js';

const redactionOf = (password: string) => createRedaction({ kind: 'password', user: 'u', password });

describe('redaction', () => {
  it('takes a password out wherever it stands', () =>
    expect(redactionOf('Fake-pw1&x')('xFake-pw1&xx "Fake-pw1&x" Fake-pw1&')).toBe('x***x "***" Fake-pw1&'));

  it.each(['a', 'p', 'oracle', 'available', 'password', 'system', '1', 'ORA-0', '~', '|', '.', '$&', 'Ümlaut'])(
    'takes the password %j out of a logon string, and leaves what is no password alone',
    (password) => {
      const redact = redactionOf(password);
      expect(redact(`CONNECT u/"${password}"@x`)).toBe('CONNECT u/"***"@x');
      expect(redact(`sqlplus u/${password}@x\nu/${password}\n`)).toBe('sqlplus u/***@x\nu/***\n');
      const text =
        "ERROR:\nORA-01034: ORACLE not available\n'/u01/app/oracle/product/a.b.1' ~1|x| password for system\n";
      expect(redact(text)).toBe(text);
    },
  );

  it('leaves no logon string with a password, whatever it is', () =>
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !/["\n\r*]/.test(text)),
        (password) => {
          expect(redactionOf(password)(`x CONNECT u/"${password}"@y`)).not.toContain(`"${password}"`);
        },
      ),
    ));

  it('has nothing to do without a password', () => {
    expect(createRedaction({ kind: 'os' })('text')).toBe('text');
    expect(createRedaction({ kind: 'wallet', connectIdentifier: 'x' })('text')).toBe('text');
  });

  it('is followed by cutting', () => {
    expect(kept('x'.repeat(20_000))).toHaveLength(16_384);
    expect(excerpt('x'.repeat(201))).toBe(`${'x'.repeat(200)}…`);
    expect(excerpt('short')).toBe('short');
  });
});
