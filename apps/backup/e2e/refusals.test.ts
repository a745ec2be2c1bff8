import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listenArray } from '@orasync/testing';
import { describe, expect, test } from 'vitest';
import { dropIn, setUp } from './program.js';

type Context = Awaited<ReturnType<typeof setUp>>;

const writes = ({ testbed }: Context) =>
  testbed.world.journal.entries.map(({ what }) => what).filter((what) => /^(PUT|POST|DELETE|ALTER)/.test(what));

const withConfig = (context: Context, change: (text: string) => string): string => {
  const path = join(context.directory, 'changed.yaml');
  const text = readFileSync(context.testbed.address.config, 'utf8');
  const changed = change(text);
  expect(changed).not.toBe(text);
  writeFileSync(path, changed);
  return path;
};

describe('a wrong configuration exits with 2 and talks to nobody', () => {
  test.each<[string, (text: string) => string, RegExp]>([
    [
      'an unknown key',
      (text) => text.replace('username', 'usrname'),
      /changed\.yaml:3: unknown key usrname in array; did you mean username\?/,
    ],
    ['a target listed twice', (text) => text.replace('ora_data02', 'ora_data01'), /lists a volume twice/],
    ['overlapping targets', (text) => text.replace('[ora_arch01]', '[ora_data01]'), /ora_data01 is a data target too/],
    [
      'a secret in clear',
      (text) => text.replace(/\{ file: .*array-password \}/, 'in-clear'),
      /must say where the secret is/,
    ],
    [
      'a missing secret',
      (text) => text.replace('array-password', 'nowhere'),
      /array\.password: the file .* cannot be read \(ENOENT\)/,
    ],
    ['no YAML', () => 'array: [', /changed\.yaml:\d+: /],
  ])('%s', async (_, change, message) => {
    const context = await setUp();
    const { status, stdout, stderr } = await context.backup(['-c', withConfig(context, change)]);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(context.testbed.world.journal.entries).toEqual([]);
  });

  test.each<[string, readonly string[], RegExp]>([
    ['an unknown flag', ['--frobnicate'], /unknown option '--frobnicate'/],
    ['an unknown command', ['restore'], /too many arguments|unknown command/],
    ['no configuration at all', [], /there is no \.\/orasync\.yaml/],
    ['a file that is not there', ['-c', 'none.yaml'], /none\.yaml: cannot be read \(ENOENT\)/],
  ])('%s', async (_, args, message) => {
    const { backup } = await setUp();
    const { status, stderr } = await backup(args);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });

  test('a database that the file does not have', async () => {
    const { testbed, backup } = await setUp();
    const { status, stderr } = await backup(['-d', 'OTHER', '-c', testbed.address.config]);
    expect(stderr).toMatch(/--database OTHER/);
    expect(status).toBe(2);
  });

  test('missing variables, all named at once', async () => {
    const { backup } = await setUp();
    const { status, stderr } = await backup([], { ORACLE_SERVER: 'ORCL' });
    expect(stderr).toMatch(/SOURCE_INFINIBOX: is not set/);
    expect(stderr).toMatch(/ORACLE_HOME: is not set/);
    expect(status).toBe(2);
  });
});

describe('an environment that forbids a backup exits with 4 and nothing is changed', () => {
  test.each<[string, RegExp, (context: Context) => readonly string[]]>([
    [
      'a missing volume',
      /data volume nowhere is not on the array/,
      (context) => ['-c', withConfig(context, (text) => text.replace('ora_data02', 'nowhere'))],
    ],
    [
      'NOARCHIVELOG',
      /NOARCHIVELOG/,
      ({ testbed }) => {
        testbed.world.database.setLogMode('NOARCHIVELOG');
        return ['-c', testbed.address.config];
      },
    ],
    [
      'a file already in backup mode',
      /in backup mode already/,
      ({ testbed }) => {
        testbed.world.database.beginBackup();
        return ['-c', testbed.address.config];
      },
    ],
    [
      'missing sqlplus',
      /sqlplus/,
      (context) => [
        '-c',
        withConfig(context, (text) => text.replace(/oracleHome: .*/, `oracleHome: ${context.directory}`)),
      ],
    ],
  ])('%s', async (_, message, arrange) => {
    const context = await setUp();
    const { status, stderr } = await context.backup(arrange(context));
    expect(stderr).toMatch(message);
    expect(status).toBe(4);
    expect(writes(context)).toEqual([]);
  });
});

describe('credentials that are refused exit with 11 and nothing is changed', () => {
  test.each([
    ['the array’s', 'SOURCE_INFINIBOX_PASSWORD', 'wrong-password', /401|credential|password/i],
    ['the database’s', 'SQLPLUS_CONNECTION_STRING', 'system/wrong-password@ORCL', /ORA-01017/],
  ])('%s', async (_, variable, value, message) => {
    const context = await setUp();
    const { status, stderr } = await context.backup([], { ...dropIn(context.testbed), [variable]: value });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('wrong-password');
    expect(status).toBe(11);
    expect(writes(context)).toEqual([]);
  });
});

describe('what cannot be reached exits with 12', () => {
  test('the array', async () => {
    const context = await setUp();
    const { status, stderr } = await context.backup([], {
      ...dropIn(context.testbed),
      SOURCE_INFINIBOX: 'http://127.0.0.1:1',
    });
    expect(stderr).toMatch(/orasync-backup: .*(ECONNREFUSED|refused)/);
    expect(status).toBe(12);
    expect(writes(context)).toEqual([]);
  });

  test('the database', async () => {
    const context = await setUp();
    const { status, stderr } = await context.backup([], {
      ...dropIn(context.testbed),
      SQLPLUS_CONNECTION_STRING: 'system/Manager1-db@NOWHERE',
    });
    expect(stderr).toMatch(/ORA-12154|ORA-12514/);
    expect(status).toBe(12);
  });

  test('an array with a self-signed certificate, until the setting that the hint names is made', async () => {
    const context = await setUp();
    const fixture = (name: string) =>
      readFileSync(new URL(`../../../packages/testing/src/array/fixtures/${name}`, import.meta.url), 'utf8');
    const served = await listenArray(context.testbed.world.array, {
      tls: { key: fixture('test-only.key.pem'), cert: fixture('test-only.cert.pem') },
    });
    try {
      const env = { ...dropIn(context.testbed), SOURCE_INFINIBOX: served.url };
      const { status, stderr } = await context.backup([], env);
      expect(status).toBe(12);
      const fingerprint = /ORASYNC_FINGERPRINT256=([0-9A-F:]{95})/.exec(stderr)?.[1];
      expect(fingerprint).toBeDefined();
      expect((await context.backup([], { ...env, ORASYNC_FINGERPRINT256: fingerprint ?? '' })).status).toBe(0);
    } finally {
      await served.close();
    }
  });
});

describe('commands beside run', () => {
  test('check finds nothing that blocks and changes nothing', async () => {
    const context = await setUp();
    const { status, stdout } = await context.backup(['check', '-c', context.testbed.address.config]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/verdict +a backup can run/);
    expect(writes(context)).toEqual([]);
  });

  test('check exits with 4 and tells why as JSON', async () => {
    const { testbed, backup } = await setUp();
    testbed.world.database.setLogMode('NOARCHIVELOG');
    const { status, stdout } = await backup(['check', '--json', '-c', testbed.address.config]);
    expect(status).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({
      checks: [{ exit: 4, findings: expect.arrayContaining([expect.objectContaining({ code: 'not-archivelog' })]) }],
    });
  });

  test('config check reads file and secrets, config schema prints a JSON Schema', async () => {
    const { testbed, backup } = await setUp();
    expect((await backup(['config', 'check', '-c', testbed.address.config])).status).toBe(0);
    const schema = await backup(['config', 'schema']);
    expect(schema.status).toBe(0);
    expect(JSON.parse(schema.stdout)).toMatchObject({ type: 'object', properties: { databases: {} } });
  });

  test('config show prints what is filled in, and of a secret only where it is found', async () => {
    const { testbed, backup } = await setUp();
    const text = await backup(['config', 'show', '-c', testbed.address.config]);
    expect(text.status).toBe(0);
    expect(text.stdout).toMatch(/^ {2}username: admin$/m);
    expect(text.stdout).toMatch(/^ {4}budget: 60000$/m);
    expect(text.stdout).toMatch(/^ {4}file: .*array-password$/m);
    const fromEnvironment = await backup(['config', 'show', '--json'], dropIn(testbed));
    expect(JSON.parse(fromEnvironment.stdout)).toMatchObject({
      array: { password: { env: 'SOURCE_INFINIBOX_PASSWORD' } },
    });
    expect(`${text.stdout}${fromEnvironment.stdout}`).not.toMatch(/Snap5hot-array|Manager1-db/);
  });

  test('help and version go to stdout with status 0', async () => {
    const { backup } = await setUp();
    const help = await backup(['--help']);
    expect(help).toMatchObject({ status: 0, stderr: '' });
    expect(help.stdout).toMatch(/Exit status/);
    expect((await backup(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
