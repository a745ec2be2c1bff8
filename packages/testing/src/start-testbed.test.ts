import { existsSync, readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { startTestbed, type TestbedOptions } from './start-testbed.js';

const start = async (options: TestbedOptions = {}) => {
  const testbed = await startTestbed({ sqlplusScript: 'sqlplus.js', ...options });
  onTestFinished(() => testbed.close());
  const { url, username, password } = testbed.address.infinibox;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const get = async (path: string) => {
    const response = await fetch(`${url}/api/rest/${path}`, { headers: { authorization } });
    return { status: response.status, ...((await response.json()) as { result: Record<string, unknown> }) };
  };
  const control = async (command: unknown) =>
    (await fetch(testbed.address.control, { method: 'POST', body: JSON.stringify(command) })).status;
  return { testbed, get, control };
};

test('a testbed has the volumes and the history that were asked for, and a configuration that names them', async () => {
  const { testbed, get } = await start({ data: 2, archive: 0, historyDays: 2 });
  expect(testbed.address.volumes).toEqual({ data: ['ora_data01', 'ora_data02'], archive: [] });
  expect((await get('volumes?type=SNAPSHOT')).result).toHaveLength(4);
  const config = readFileSync(testbed.address.config, 'utf8');
  expect(config).toContain('data: { volumes: [ora_data01, ora_data02] }');
  expect(config).not.toContain('archive:');
});

test.each([
  ['consistencyGroup', /data: \{ consistencyGroup: ora_data, members: \[ora_data01, ora_data02\] \}/, 'cgs', 2],
  ['filesystems', /data: \{ filesystems: \[ora_data01, ora_data02\] \}/, 'filesystems', 3],
] as const)(
  'a testbed can keep its files on a %s, and its configuration says so',
  async (targets, line, path, count) => {
    const { testbed, get } = await start({ data: 2, targets });
    expect(readFileSync(testbed.address.config, 'utf8')).toMatch(line);
    expect((await get(path)).result).toHaveLength(count);
  },
);

test('a testbed without archive volumes has no group of them', async () => {
  const { get } = await start({ data: 1, archive: 0, targets: 'consistencyGroup' });
  expect((await get('cgs')).result).toHaveLength(1);
});

test('its array can begin with a clock that is wrong, and a full pool can come later', async () => {
  const { testbed, get, control } = await start({ arraySkewMs: -3_600_000, arrayLatencyMs: 0 });
  const { localtime } = (await get('system')).result as { localtime: { utc_time: number } };
  expect(testbed.world.clock.now() - localtime.utc_time).toBeGreaterThanOrEqual(3_600_000);
  expect(await control({ array: { poolCapacity: { bytes: 0 }, latencyMs: 2 } })).toBe(200);
  expect((await get('pools')).result).toMatchObject([{ state: 'LIMITED' }]);
});

test('its configuration refers to an inventory of the host, which is up to date when a file was added', async () => {
  const { testbed, control } = await start({ unlisted: 1 });
  const config = readFileSync(testbed.address.config, 'utf8');
  const inventory = /inventory: \{ file: ([^,]+),/.exec(config)?.[1] ?? '';
  const asked = () =>
    (JSON.parse(readFileSync(inventory, 'utf8')) as { places: { asked: string }[] }).places.map((place) => place.asked);
  expect(asked()).toContain('/u02/ORCL/ora_data01/system01.dbf');
  const path = '/u02/ORCL/ora_extra01/x.dbf';
  expect(asked()).not.toContain(path);
  expect(await control({ database: { addDatafile: { path } } })).toBe(200);
  expect(asked()).toContain(path);
});

test('closing it leaves no file', async () => {
  const testbed = await startTestbed({ sqlplusScript: 'sqlplus.js' });
  const { config, oracle } = testbed.address;
  expect([existsSync(config), existsSync(oracle.home)]).toEqual([true, true]);
  expect(readFileSync(config, 'utf8')).toContain('archive: { volumes: [ora_arch01] }');
  await testbed.close();
  expect([existsSync(config), existsSync(oracle.home)]).toEqual([false, false]);
});
