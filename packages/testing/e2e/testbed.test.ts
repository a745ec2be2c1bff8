import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { script, start } from './testbed-process.js';

test('prints one line of JSON in the documented shape, and ends on SIGTERM without leaving files', async () => {
  const { child, exit, address } = await start();
  expect(address).toMatchObject({
    infinibox: {
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
      username: 'admin',
      password: 'Snap5hot-array',
    },
    oracle: { sid: 'ORCL', connect: 'system/Manager1-db@ORCL' },
  });
  expect(address.volumes.data).toHaveLength(4);
  expect(address.volumes.archive).toHaveLength(1);
  expect(existsSync(address.config)).toBe(true);
  child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
  expect(existsSync(address.config)).toBe(false);
  expect(existsSync(address.oracle.home)).toBe(false);
});

test('the flags shape the world', async () => {
  const { address, call } = await start('--data', '6', '--archive', '2', '--history', '3');
  expect(address.volumes.data).toHaveLength(6);
  expect(address.volumes.archive).toHaveLength(2);
  const { body } = await call('volumes?type=SNAPSHOT&page_size=1000');
  expect(body.result).toHaveLength(3 * 8);
});

test('a wrong flag is a usage error', async () => {
  const child = spawn(process.execPath, [script, '--data', 'many']);
  const [status] = (await once(child, 'exit')) as [number];
  expect(status).toBe(2);
});

test('the predecessor’s way of driving sqlplus works: logon on the argument list, one statement, no newline', async () => {
  const { address, sqlplus } = await start();
  const begin = await sqlplus(['-S', address.oracle.connect], 'alter database begin backup;');
  expect(begin).toEqual({ status: 0, output: '\nDatabase altered.\n\n' });
  const active = await sqlplus(
    ['-S', address.oracle.connect],
    "select count(*) from v$backup where status = 'ACTIVE';\n",
  );
  expect(Number(active.output.trim().split('\n').at(-1))).toBeGreaterThan(0);
  const again = await sqlplus(['-S', address.oracle.connect], 'alter database begin backup;');
  expect(again.output).toMatch(/ORA-01146/);
  expect((await sqlplus(['-S', address.oracle.connect], 'alter database end backup;')).output).toBe(
    '\nDatabase altered.\n\n',
  );
});

test('the predecessor’s array calls work: find a volume by name, snapshot it', async () => {
  const { address, call } = await start();
  const found = await call(`volumes?name=${address.volumes.data[0]}`);
  expect(found.status).toBe(200);
  const [volume] = found.body.result;
  const name = 'orasync_data_2026-11-24_231502';
  const made = await call('volumes', { method: 'POST', body: JSON.stringify({ parent_id: volume?.id, name }) });
  expect(made.status).toBe(201);
  expect(made.body.result.name).toBe(name);
});

test('the control address tells the journal, injects faults, and holds and releases calls', async () => {
  const { address, call, control } = await start();
  expect(await control({ fault: { match: 'GET /api/rest/system', action: { kind: 'refuse', status: 503 } } })).toBe(
    200,
  );
  expect((await call('system')).status).toBe(503);
  expect((await call('system')).status).toBe(200);
  expect(await control({ hold: { match: 'GET /api/rest/pools', when: 'before' } })).toBe(200);
  const held = call('pools');
  const journal = async () => (await (await fetch(address.control)).json()) as { what: string; held?: string }[];
  while (!(await journal()).some((entry) => entry.held === 'before')) await journal();
  expect(await control({ release: 'GET /api/rest/pools' })).toBe(200);
  expect((await held).status).toBe(200);
  expect(await control({ nonsense: 1 })).toBe(400);
});
