import { describe, expect, test, vi } from 'vitest';
import { start } from './testbed-process.js';

const rows = 'SET PAGESIZE 0 FEEDBACK OFF TAB OFF\n';
const ownSid = "select sys_context('USERENV','SID') from dual;\n";
const sessions = "select count(*) from v$session where program like 'sqlplus%';\n";
const active = "select count(*) from v$backup where status = 'ACTIVE';\n";
const patience = { timeout: 10_000 };

test('several clients at once have a session each, and the death of one ends its own', async () => {
  const { address, startSqlplus, sqlplus } = await start();
  const login = ['-S', address.oracle.connect];
  const clients = Array.from({ length: 4 }, () => startSqlplus(login));
  for (const { client } of clients) client.stdin.write(rows + ownSid);
  await vi.waitFor(() => expect(clients.every(({ said }) => said.stdout !== '')).toBe(true), patience);
  expect(new Set(clients.map(({ said }) => said.stdout.trim())).size).toBe(4);

  const [victim, ...others] = clients;
  victim?.client.kill('SIGKILL');
  expect(await victim?.closed).toEqual([null, 'SIGKILL']);
  await expect.poll(async () => Number((await sqlplus(login, rows + sessions)).output), patience).toBe(4);
  for (const { client } of others) client.stdin.end('PROMPT alive\n');
  for (const { closed, said } of others) {
    expect(await closed).toEqual([0, null]);
    expect(said.stdout).toMatch(/alive\n$/);
  }
});

test('the release is a flag', async () => {
  const { sqlplus } = await start('--sqlplus-release', '12.2');
  expect((await sqlplus(['-V'], '')).output).toBe('\nSQL*Plus: Release 12.2.0.1.0 Production\n\n');
});

test('settings and backup mode: the one belongs to a client, the other to the database', async () => {
  const { address, startSqlplus, sqlplus } = await start();
  const login = ['-S', address.oracle.connect];
  const one = startSqlplus(login);
  one.client.stdin.write('SET FEEDBACK OFF\nalter database begin backup;\nPROMPT begun\n');
  await vi.waitFor(() => expect(one.said.stdout).toBe('begun\n'), patience);
  one.client.kill('SIGKILL');
  await one.closed;
  expect(Number((await sqlplus(login, rows + active)).output)).toBeGreaterThan(0);
  expect((await sqlplus(login, 'alter database end backup;')).output).toBe('\nDatabase altered.\n\n');
});

test('a killed client leaves a BEGIN that takes effect late', async () => {
  const { address, startSqlplus, sqlplus, control } = await start();
  const login = ['-S', address.oracle.connect];
  await control({ hold: { match: 'BEGIN BACKUP', when: 'before' } });
  const one = startSqlplus(login);
  one.client.stdin.write('alter database begin backup;\n');
  const journal = async () => (await (await fetch(address.control)).json()) as { what: string; held?: string }[];
  await expect.poll(async () => (await journal()).some(({ held }) => held === 'before'), patience).toBe(true);
  one.client.kill('SIGKILL');
  await one.closed;
  expect(Number((await sqlplus(login, rows + active)).output)).toBe(0);
  await control({ release: 'BEGIN BACKUP' });
  await expect.poll(async () => Number((await sqlplus(login, rows + active)).output), patience).toBeGreaterThan(0);
});

describe('a fault through the control address', () => {
  test.each<
    [action: Record<string, unknown>, match: string, end: readonly [number | null, string | null], out: RegExp]
  >([
    [{ kind: 'error', text: 'ORA-01031: insufficient privileges' }, 'begin', [0, null], /ERROR at line 1:\nORA-01031/],
    [{ kind: 'error', text: 'ORA-12541: TNS:no listener' }, 'CONNECT', [1, null], /ERROR:\nORA-12541/],
    [{ kind: 'delay', when: 'before', ms: 20 }, 'begin', [0, null], /Database altered/],
    [{ kind: 'die', when: 'during', signal: 'SIGSEGV' }, 'begin', [null, 'SIGSEGV'], /^\nDatabase $/],
    [{ kind: 'die', when: 'after', status: 9 }, 'begin', [9, null], /^$/],
    [{ kind: 'lose', when: 'after' }, 'begin', [0, null], /ORA-03113/],
    [{ kind: 'print', when: 'instead', text: 'ORA-00600.dbf\n' }, 'begin', [0, null], /^ORA-00600\.dbf\nend\n$/],
    [{ kind: 'flood', bytes: 70_000 }, 'begin', [0, null], /^x{79}\n/],
    [{ kind: 'ask', prompt: 'Password: ' }, 'begin', [0, null], /Password: $/],
    [{ kind: 'glogin', lines: ['PROMPT Welcome'] }, 'CONNECT', [0, null], /^Welcome\n/],
    [{ kind: 'start', failure: 'proxy' }, 'sqlplus', [1, null], /^Error 46/],
    [{ kind: 'output', lineEnd: 'crlf', pieceBytes: 3 }, 'sqlplus', [0, null], /Database altered\.\r\n/],
    [{ kind: 'language', nlsLang: 'SPANISH_SPAIN.AL32UTF8' }, 'sqlplus', [0, null], /Base de datos modificada/],
    [{ kind: 'release', release: '11.2' }, 'sqlplus', [0, null], /Database altered/],
    [{ kind: 'orphan', ms: 10 }, 'sqlplus', [0, null], /end\n$/],
    [{ kind: 'ignoreSignals', signals: ['SIGTERM'] }, 'sqlplus', [0, null], /end\n$/],
    [
      { kind: 'database', when: 'before', knob: { logMode: 'NOARCHIVELOG' } },
      'begin backup',
      [0, null],
      /ERROR at line 1:\nORA-01123/,
    ],
  ])('%j', async (action, match, end, out) => {
    const { address, startSqlplus, control } = await start();
    expect(await control({ fault: { match, action } })).toBe(200);
    const { client, said, closed } = startSqlplus(['-S', address.oracle.connect]);
    client.stdin.end('alter database begin backup;\nPROMPT end\n');
    expect(await closed).toEqual(end);
    expect(said.stdout).toMatch(out);
  });

  test('lets somebody else begin backup mode at the moment when END has taken effect', async () => {
    const { address, sqlplus, control } = await start();
    const action = { kind: 'database', when: 'after', knob: { otherBegin: true } };
    await control({ fault: { match: 'end backup', action } });
    const lines = `${rows}SET FEEDBACK ON\nalter database begin backup;\nalter database end backup;\nSET FEEDBACK OFF\n`;
    const { output } = await sqlplus(['-S', address.oracle.connect], lines + active);
    expect(output.replace('\nDatabase altered.\n\n'.repeat(2), '').trim()).toMatch(/^[1-9]\d*$/);
  });

  test('lets the instance die at the moment of a call of the array', async () => {
    const { address, startSqlplus, call, control } = await start();
    const action = { kind: 'database', when: 'before', knob: { crash: true } };
    await control({ fault: { match: 'GET /api/rest/pools', action } });
    const { client, said, closed } = startSqlplus(['-S', address.oracle.connect]);
    client.stdin.write('PROMPT ready\n');
    await vi.waitFor(() => expect(said.stdout).toBe('ready\n'), patience);
    expect((await call('pools')).status).toBe(200);
    client.stdin.end('commit;\ncommit;\n');
    await closed;
    expect(said.stdout).toMatch(/ORA-03113(?:.*\n)+ERROR:\nORA-03114/);
  });

  test('tells afterwards what each client was started with and read', async () => {
    const { address, sqlplus } = await start();
    await sqlplus(['-S', '/nolog'], `CONNECT ${address.oracle.connect}\nEXIT 3\n`);
    const answer = await fetch(`${address.control}clients`);
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject([
      {
        n: 1,
        arguments: ['-S', '/nolog'],
        input: [{ text: 'CONNECT system/***@ORCL' }, { text: 'EXIT 3' }],
        end: { status: 3 },
      },
    ]);
    expect(text).not.toContain('Manager1-db');
  });
});
