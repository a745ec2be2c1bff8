import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type OracleSettings, parseOptions, requireLine } from './options.js';
import { connectLine, endMarker, frame, settings, sqlplusEnvironment, terminated } from './script.js';

const password = (fields: object = {}): OracleSettings => ({
  oracleHome: '/opt/oracle',
  logon: { kind: 'password', user: 'system', password: 'Fake-pw1', connectIdentifier: 'ORCL', ...fields },
});
const line = (input: OracleSettings) => connectLine(parseOptions(input));

describe('the CONNECT line', () => {
  it('quotes the password alone', () => expect(line(password())).toBe('CONNECT system/"Fake-pw1"@ORCL'));

  it('carries every character a password can have', () =>
    expect(line(password({ password: "a b@c/d&e;f'g%-é" }))).toBe(`CONNECT system/"a b@c/d&e;f'g%-é"@ORCL`));

  it('names the role', () =>
    expect(line({ ...password(), role: 'SYSBACKUP' })).toBe('CONNECT system/"Fake-pw1"@ORCL AS SYSBACKUP'));

  it('logs on by wallet', () =>
    expect(line({ oracleHome: '/o', logon: { kind: 'wallet', connectIdentifier: 'prod' } })).toBe('CONNECT /@prod'));

  it('logs on as the operating system user', () =>
    expect(line({ oracleHome: '/o', sid: 'ORCL', role: 'SYSDBA', logon: { kind: 'os' } })).toBe('CONNECT / AS SYSDBA'));

  it('logs on locally without an identifier', () =>
    expect(line({ oracleHome: '/o', sid: 'ORCL', logon: { kind: 'password', user: 'u', password: 'p' } })).toBe(
      'CONNECT u/"p"',
    ));

  it.each([
    ['C##BACKUP', 'C##BACKUP'],
    ['proxy[app]', 'proxy[app]'],
    ['"Odd Name"', '"Odd Name"'],
    ['proxy["Odd Name"]', 'proxy["Odd Name"]'],
    ['"Odd Name"["x y"]', '"Odd Name"["x y"]'],
    ['system', 'system'],
    ['first.last@x.org', '"first.last@x.org"'],
  ])('writes the user %s as %s', (user, written) => expect(line(password({ user }))).toContain(`CONNECT ${written}/`));

  it('closes a descriptor up, and leaves its quoted parts alone', () =>
    expect(line(password({ connectIdentifier: '(DESCRIPTION = (SSL_SERVER_CERT_DN="CN=a b") )' }))).toBe(
      'CONNECT system/"Fake-pw1"@(DESCRIPTION=(SSL_SERVER_CERT_DN="CN=a b"))',
    ));

  it('refuses a user name that cannot be quoted', () =>
    expect(() => line(password({ user: 'a"b' }))).toThrow('logon.user: contains a double quote'));

  it('refuses a line that an older sqlplus would ignore', () =>
    expect(() => line(password({ connectIdentifier: `(${'x'.repeat(2400)})` }))).toThrow('2400 bytes'));
});

/** A CONNECT line as SQL*Plus takes it apart: what is quoted stays as it is, all else ends at the next sign. */
const takenApart = (connect: string) => {
  const name = String.raw`(?:"[^"]*"|[^/@\s"[\]]+)`;
  const pattern = new RegExp(
    `^CONNECT (?<user>${name}(?:\\[${name}\\])?)?/(?:"(?<password>[^"]*)")?(?:@(?<identifier>(?:"[^"]*"|[^\\s"])+))?(?: AS (?<role>\\S+))?$`,
    'u',
  );
  return pattern.exec(connect)?.groups;
};

/** Anything that can be typed and much that cannot, without what no sqlplus can be told. */
const legal = (refused: RegExp) =>
  fc
    .oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
      fc.constantFrom(
        '-',
        'a-',
        "'&;#/@ -",
        '& ',
        '&&x',
        '--',
        '/*',
        '\\',
        'a\\',
        '#',
        '^',
        '!',
        ' lead',
        'trail ',
        'ÄÖ€𝄞',
        '$%{}[]()',
      ),
    )
    .filter((value) => !/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u.test(value) && !refused.test(value));

describe('any user and any password', () => {
  it('reach sqlplus as they are, on one line that nothing continues or ends early', () =>
    fc.assert(
      fc.property(
        legal(/["]/),
        legal(/["]/),
        fc.constantFrom(
          'ORCL',
          '//db.example:1521/orcl.example',
          'db.example/orcl?connect_timeout=10',
          '(DESCRIPTION=(X="a b"))',
          undefined,
        ),
        fc.constantFrom('SYSBACKUP', 'SYSDBA', undefined),
        (user, word, identifier, role) => {
          const connect = line({
            ...(role === undefined ? {} : { role }),
            oracleHome: '/o',
            sid: 'ORCL',
            logon: {
              kind: 'password',
              user,
              password: word,
              ...(identifier === undefined ? {} : { connectIdentifier: identifier }),
            },
          });
          expect(connect).not.toMatch(/[\n\r]|-$|;$/);
          const parts = takenApart(connect);
          expect(parts).toMatchObject({ password: word });
          expect([user, `"${user}"`]).toContain(parts?.['user']);
          expect(parts?.['identifier']).toBe(identifier);
          expect(parts?.['role']).toBe(role);
        },
      ),
    ));

  it.each(['\n', '\r', '\0', '\t', '\u001b', '\u007f', '\u0085', '\u2028', '\u2029', '\ud800', '\udc00x'])(
    'are refused with %j in them, and so is every other value',
    (character) => {
      const bad = `a${character}b`;
      const attempts: (() => unknown)[] = [
        () => line(password({ user: bad })),
        () => line(password({ password: bad })),
        () => line(password({ connectIdentifier: bad })),
        () => line({ ...password(), sid: bad }),
        () => line({ ...password(), tnsAdmin: `/${bad}` }),
        () => line({ ...password(), oracleHome: `/${bad}` }),
        () => line({ oracleHome: '/o', logon: { kind: 'wallet', connectIdentifier: bad } }),
        () => requireLine('purpose', bad),
      ];
      for (const attempt of attempts) expect(attempt).toThrow(expect.objectContaining({ code: 'ORACLE_INPUT' }));
    },
  );
});

describe('options', () => {
  it.each([
    ['logon.user', { user: 'a\nb' }],
    ['logon.password', { password: 'secret\nHOST rm' }],
    ['logon.password', { password: 'sec"ret' }],
    ['logon.password', { password: '' }],
    ['logon.connectIdentifier', { connectIdentifier: 'x\u2028y' }],
    ['logon.connectIdentifier', { connectIdentifier: 'x AS SYSDBA' }],
    ['logon.connectIdentifier', { connectIdentifier: 'x-' }],
    ['logon.connectIdentifier', { connectIdentifier: 'x;' }],
  ])('refuse a dangerous %s and do not repeat it', (field, fields) => {
    const attempt = () => parseOptions(password(fields));
    expect(attempt).toThrow(expect.objectContaining({ code: 'ORACLE_INPUT', outcome: 'refused' }));
    expect(attempt).toThrow(new RegExp(`^${field}: `));
    expect(attempt).not.toThrow(/sec/);
  });

  it('name all problems at once', () =>
    expect(() => parseOptions({ oracleHome: 'relative', tnsAdmin: '/a\n', sid: 'A B', logon: { kind: 'os' } })).toThrow(
      /oracleHome: .*; sid: .*; tnsAdmin: /,
    ));

  it('ask for a sid where nothing else says which database', () =>
    expect(() => parseOptions({ oracleHome: '/o', logon: { kind: 'os' } })).toThrow('sid: is needed'));

  it('fill in time limits, and let each be changed alone', () =>
    expect(parseOptions({ ...password(), limits: { queryMs: 5 } }).limits).toMatchObject({
      queryMs: 5,
      beginMs: 900_000,
      archiveMs: 1_800_000,
    }));

  it('let a text through that is one line', () => {
    expect(requireLine('controlfile', "/arch/it's {a} file")).toBe("/arch/it's {a} file");
    expect(() => requireLine('controlfile', '/arch\n!rm')).toThrow('controlfile: contains a control character');
  });
});

describe('what is sent', () => {
  it('ends statements and blocks once', () => {
    expect(terminated('ALTER DATABASE END BACKUP')).toBe('ALTER DATABASE END BACKUP;');
    expect(terminated('BEGIN NULL; END;')).toBe('BEGIN NULL; END;\n/');
  });

  it('is cut into lines that every client takes', () => {
    const sql = `SELECT ${Array.from({ length: 900 }, (_, index) => `column${index}`).join(', ')} FROM t`;
    for (const each of terminated(sql).split('\n')) expect(each.length).toBeLessThan(2500);
    expect(terminated(sql)).toMatch(/ FROM t;$/);
  });

  it('has its end marker on a line of its own', () =>
    expect(frame('SELECT 1 FROM dual;', endMarker('abc', 7))).toBe('SELECT 1 FROM dual;\nPROMPT orasync.abc.7\n'));

  it('has no line that SQL*Plus would continue, and none with a terminator', () =>
    expect(settings.split('\n').filter((each) => /[-;]$/.test(each))).toEqual([]));
});

describe('the environment', () => {
  it('is made from nothing and holds no secret', () => {
    const options = parseOptions({ ...password(), sid: 'ORCL', tnsAdmin: '/etc/tns' });
    const environment = sqlplusEnvironment(options, '/private');
    expect(environment).toMatchObject({
      ORACLE_HOME: '/opt/oracle',
      ORACLE_SID: 'ORCL',
      TNS_ADMIN: '/etc/tns',
      NLS_LANG: 'AMERICAN_AMERICA.AL32UTF8',
      SQLPATH: '',
      HOME: '/private',
    });
    expect(JSON.stringify(environment)).not.toContain('Fake-pw1');
    expect(environment).not.toHaveProperty('TWO_TASK');
  });

  it('leaves out what is not set', () =>
    expect(Object.keys(sqlplusEnvironment(parseOptions(password()), '/private'))).not.toContain('ORACLE_SID'));
});
