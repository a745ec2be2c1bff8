import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asksForNewPassword, messageOf, readConfirmation, readLogon, readRefusal, readRows } from './output.js';

const altered = 'Database altered.';
/** The texts are those of sqlplus.md section 13; G numbers as there. */
const lines = (output: string) => output.split('\n');
const confirm = (output: string, confirmation = altered, accepted?: string[]) =>
  readConfirmation(lines(output), confirmation, accepted);

const begun = 'alter database begin backup\n*\nERROR at line 1:\n';
const alreadyInBackup =
  'ORA-01146: cannot start online backup - file 1 is already in backup\n' +
  "ORA-01110: data file 1: '/u01/oradata/TEST/system01.dbf'\n";

const refusals: readonly (readonly [string, string, string[]])[] = [
  ['G04, a file already in backup', `${begun}${alreadyInBackup}\n\n`, ['ORA-01146', 'ORA-01110']],
  [
    'G05, the same with the Help line of a 23ai client',
    `${begun}${alreadyInBackup}Help: https://docs.oracle.com/error-help/db/ora-01146/\n\n\n`,
    ['ORA-01146', 'ORA-01110'],
  ],
  [
    'G07, no archivelog mode',
    `${begun}ORA-01123: cannot start online backup; media recovery not enabled\n\n\n`,
    ['ORA-01123'],
  ],
  ['G13, not connected', 'SP2-0640: Not connected\n', ['SP2-0640']],
  [
    'G20, an instance that is down',
    `${begun}ORA-01034: ORACLE not available\nProcess ID: 0\nSession ID: 0 Serial number: 0\n\n\n`,
    ['ORA-01034'],
  ],
  [
    'G26, an instance that dies',
    `${begun}ORA-03113: end-of-file on communication channel\nProcess ID: 5150\nSession ID: 42 Serial number: 7\n\n\nERROR:\nORA-03114: not connected to ORACLE\n\n\n`,
    ['ORA-03113', 'ORA-03114'],
  ],
  [
    'G27, a command sqlplus does not know',
    'SP2-0734: unknown command beginning "selct logm..." - rest of line ignored.\n',
    ['SP2-0734'],
  ],
  ['G28, a line too long', 'SP2-0027: Input is too long (> 2499 characters) - line ignored\n', ['SP2-0027']],
  [
    'G35, a message without ERROR line, wrapped',
    "ORA-10873: file 1 needs to be either taken out of backup mode or media\nrecovered\nORA-01110: data file 1:\n'/u01/oradata/TEST/system01.dbf'\n",
    ['ORA-10873', 'ORA-01110'],
  ],
  [
    'G40, a PL/SQL error',
    "   no_such_proc;\n   *\nERROR at line 2:\nORA-06550: line 2, column 4:\nPLS-00201: identifier 'NO_SUCH_PROC' must be declared\nORA-06550: line 2, column 4:\nPL/SQL: Statement ignored\n\n\n",
    ['ORA-06550', 'PLS-00201', 'ORA-06550'],
  ],
];

describe('the answer to a change', () => {
  it('is good when the database confirms it (G01)', () => expect(confirm('\nDatabase altered.\n\n').kind).toBe('ok'));

  it.each(refusals)('is a fault with its codes: %s', (_, output, codes) =>
    expect(confirm(output)).toMatchObject({ kind: 'fault', fault: { codes, isConfirmed: false } }),
  );

  it('joins the lines of a wrapped message', () =>
    expect(
      confirm('ORA-10873: file 1 needs to be either taken out of backup mode or media\nrecovered\n'),
    ).toMatchObject({
      fault: { text: 'ORA-10873: file 1 needs to be either taken out of backup mode or media recovered' },
    }));

  it('is a fault when nothing was printed: silence is no success (G43)', () =>
    expect(confirm('')).toMatchObject({ kind: 'fault', fault: { codes: [], text: undefined } }));

  it('is a fault when it confirms something else', () =>
    expect(confirm('\nSystem altered.\n\n')).toMatchObject({ kind: 'fault', fault: { codes: [] } }));

  it('is a fault when it comes in another language', () =>
    expect(confirm('\nBase de datos modificada.\n\n')).toMatchObject({
      fault: { text: 'Base de datos modificada.' },
    }));

  it('is a fault when something stands beside the confirmation', () =>
    expect(confirm('\nDatabase altered.\n\nEnter value for x: \n')).toMatchObject({ kind: 'fault' }));

  it('remembers that the database confirmed it although an error came too', () =>
    expect(confirm('SP2-0734: unknown command beginning "x"\n\nDatabase altered.\n\n')).toMatchObject({
      fault: { codes: ['SP2-0734'], isConfirmed: true },
    }));

  it('is good with a code that comes with success, which becomes a warning', () => {
    const output = `alter database end backup\n*\nERROR at line 1:\nORA-01260: warning: END BACKUP succeeded but some files found not to be in backup mode\n`;
    expect(confirm(output, altered, ['ORA-01260'])).toMatchObject({
      kind: 'ok',
      warnings: [expect.stringContaining('ORA-01260')],
    });
  });

  it('is good with a warning that has no code, or one that comes with anything', () =>
    expect(confirm('Warning: something\nORA-32004: obsolete parameters\n\nDatabase altered.\n')).toEqual({
      kind: 'ok',
      value: undefined,
      warnings: ['ORA-32004: obsolete parameters', 'Warning: something'],
    }));

  it('is no success with a warning alone', () => {
    expect(confirm('ORA-32004: obsolete parameters\n')).toMatchObject({ kind: 'fault' });
    expect(confirm('Warning: something\n')).toMatchObject({ kind: 'fault', fault: { text: 'Warning: something' } });
  });

  it('is a fault when a code of success comes with rows', () =>
    expect(confirm('~1|\nORA-01260: warning\n', altered, ['ORA-01260'])).toMatchObject({ kind: 'fault' }));
});

describe('a fault in one line', () => {
  const redact = (text: string) => text.replaceAll('p\\"w', '***');

  it('is the first error', () =>
    expect(messageOf({ codes: ['ORA-1'], text: 'ORA-1: p\\"w', isConfirmed: false }, redact)).toBe('ORA-1: ***'));

  it('is what was not understood, quoted, without the password', () =>
    expect(messageOf({ codes: [], text: 'a "p\\"w"', isConfirmed: false }, redact)).toBe(
      String.raw`sqlplus printed "a \"***\""`,
    ));

  it('says that there was nothing', () =>
    expect(messageOf({ codes: [], text: undefined, isConfirmed: false }, redact)).toBe('sqlplus printed nothing'));

  it('is cut when it is long, and only after the password is out', () => {
    const text = `${'x'.repeat(197)}p\\"w${'x'.repeat(5000)}`;
    const message = messageOf({ codes: [], text, isConfirmed: false }, redact);
    expect(message).toBe(`sqlplus printed "${'x'.repeat(197)}***…"`);
  });
});

describe('the answer to a query', () => {
  it('is its rows', () =>
    expect(readRows(lines('~1|a|\n~2|b|\n\n2 rows selected.\n'))).toMatchObject({
      kind: 'ok',
      value: ['~1|a|', '~2|b|'],
    }));

  it('may leave the count of a few rows out', () => expect(readRows(['~1|'])).toMatchObject({ value: ['~1|'] }));

  it('is no rows only when sqlplus says so (G23)', () => {
    expect(readRows(lines('\nno rows selected\n\n'))).toMatchObject({ kind: 'ok', value: [] });
    expect(readRows([])).toMatchObject({ kind: 'fault', fault: { text: undefined } });
  });

  it('is a fault when rows were lost', () =>
    expect(readRows(lines('~1|\n\n2 rows selected.\n'))).toMatchObject({ kind: 'fault' }));

  it('is a fault when rows wrapped', () =>
    expect(readRows(['~1|/u01', '/system.dbf|'])).toMatchObject({ kind: 'fault' }));

  it('never finds a code inside a row', () =>
    expect(readRows(['~ORA-00600: x|', '~SP2-0640: Not connected|'])).toMatchObject({ kind: 'ok' }));

  it('may come with a warning', () => {
    expect(readRows(['~1|', 'ORA-28002: soon'])).toMatchObject({ kind: 'ok', warnings: ['ORA-28002: soon'] });
    expect(readRows(['ORA-28002: soon'])).toMatchObject({ kind: 'fault' });
    expect(readRows(['Warning: x'])).toMatchObject({ kind: 'fault', fault: { text: 'Warning: x' } });
  });

  it('is a fault when an error ends the rows', () =>
    expect(readRows(lines('~1|\nERROR:\nORA-01555: snapshot too old\n\n\n\n1 row selected.'))).toMatchObject({
      fault: { codes: ['ORA-01555'] },
    }));

  it('is a fault when a second line is not understood', () =>
    expect(readRows(['~1|', '1 row selected.', 'Elapsed: 00:00:01'])).toMatchObject({
      fault: { text: 'Elapsed: 00:00:01' },
    }));

  it('is rows or a fault, whatever came', () =>
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (any) => {
        expect(['ok', 'fault']).toContain(readRows(any).kind);
        expect(['ok', 'fault']).toContain(readConfirmation(any, altered).kind);
        expect(['ok', 'fault']).toContain(readLogon(any).kind);
      }),
    ));
});

describe('the answer to CONNECT', () => {
  it.each([
    ['nothing at all (G09)', ''],
    ['what old releases print', 'Connected.\n'],
    ['noise of glogin.sql', '\nWelcome to production!\n'],
  ])('is good with %s', (_, output) => expect(readLogon(lines(output))).toMatchObject({ kind: 'ok', warnings: [] }));

  it('is good with a password that expires soon, which becomes a warning (G17)', () =>
    expect(readLogon(lines('ERROR:\nORA-28002: the password will expire within 7 days\n\n\n'))).toMatchObject({
      kind: 'ok',
      warnings: ['ORA-28002: the password will expire within 7 days'],
    }));

  it.each([
    ['G10', 'ERROR:\nORA-01017: invalid username/password; logon denied\n\n\n', 'ORA-01017'],
    [
      'G12',
      'ERROR:\nORA-01017: invalid username/password; logon denied\n\n\nWarning: You are no longer connected to ORACLE.\n',
      'ORA-01017',
    ],
    [
      'G14',
      'SP2-0306: Invalid option.\nUsage: CONN[ECT] [{logon|/|proxy}]\nwhere <logon> ::= <username>[/<password>]\n      <proxy> ::= <proxyuser>\n',
      'SP2-0306',
    ],
    [
      'G18',
      'ERROR:\nORA-12514: TNS:listener does not currently know of service requested in connect\ndescriptor\n\n\n',
      'ORA-12514',
    ],
    [
      'G19',
      'ERROR:\nORA-12541: Cannot connect. No listener at host H port 1521.\nHelp: https://docs.oracle.com/error-help/db/ora-12541/\n\n\n',
      'ORA-12541',
    ],
  ])('is a fault in %s', (_, output, code) =>
    expect(readLogon(lines(output))).toMatchObject({ kind: 'fault', fault: { codes: [code] } }),
  );

  it('keeps the usage text out of the message', () =>
    expect(readLogon(['SP2-0306: Invalid option.', 'Usage: CONN[ECT]'])).toMatchObject({
      fault: { text: 'SP2-0306: Invalid option.' },
    }));

  it('is good after what a glogin.sql of another release provokes, and warns of it', () =>
    expect(readLogon(['SP2-0158: unknown SET option "x"', 'ORA-28002: the password will expire'])).toEqual({
      kind: 'ok',
      value: undefined,
      warnings: ['SP2-0158: unknown SET option "x"', 'ORA-28002: the password will expire'],
    }));

  it('is a fault when it says ERROR and no code', () =>
    expect(readLogon(['ERROR:', 'something else'])).toMatchObject({
      kind: 'fault',
      fault: { text: 'something else' },
    }));

  it('is known to ask for a new password as soon as it says that the old one expired', () => {
    expect(asksForNewPassword('ORA-28001: the password has expired')).toBe(true);
    expect(asksForNewPassword('ORA-28002: the password will expire within 7 days')).toBe(false);
  });
});

describe('an answer that broke off', () => {
  it('may hold the reason', () =>
    expect(readRefusal(['~ORA-00600|', 'ORA-01146: in backup', 'ORA-01110: data file 1'])).toMatchObject({
      codes: ['ORA-01146', 'ORA-01110'],
    }));

  it('holds none in warnings and rows', () =>
    expect(readRefusal(['ORA-28002: soon', '~ORA-00600: x|', 'half a'])).toBeUndefined());
});
