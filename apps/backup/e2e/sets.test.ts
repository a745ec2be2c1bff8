import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addBackupSet, recover, type Testbed } from '@orasync/testing';
import { describe, expect, test } from 'vitest';
import { dropIn, setUp } from './program.js';

const day = 86_400_000;

interface Document {
  readonly sets: readonly {
    readonly set: string;
    readonly state: string;
    readonly database?: string;
    readonly configured?: string;
    readonly snapshots: readonly { readonly id: number; readonly role: string; readonly problems: readonly string[] }[];
  }[];
  readonly verifications: readonly {
    readonly reached?: number;
    readonly exit: number;
    readonly points: readonly {
      readonly outcome: string;
      readonly point: string;
      readonly object?: { readonly id: number };
    }[];
  }[];
  readonly runbooks: readonly {
    readonly exit: number;
    readonly isUsable: boolean;
    readonly warnings: readonly string[];
    readonly earliestUntilChange: string;
    readonly latestUntilChange: string;
    readonly sources: readonly { readonly snapshot: { readonly id: number } }[];
    readonly procedures: readonly {
      readonly id: string;
      readonly isPossible: boolean;
      readonly steps: readonly unknown[];
    }[];
  }[];
}

/** A history of three days of ORCL; a set of another database on volumes of its own; and a snapshot of the predecessor. */
const setUpSets = async () => {
  const context = await setUp({ historyDays: 3 });
  const { array, volumes } = context.testbed.world;
  const now = array.now();
  const parentId = array.addVolume({ name: 'sales_data01', sizeBytes: 1024 ** 3 });
  const sales = addBackupSet(
    {
      array,
      volumes: { data: [{ id: parentId, name: 'sales_data01' }], archive: [] },
      database: { name: 'SALES', uniqueName: 'SALES', dbid: '77' },
    },
    new Date(now - 2.5 * day),
  );
  const old = 'orasync_data_2020-01-01_000000';
  array.addSnapshot({ parentId: volumes.data[0]?.id ?? 0, name: old, createdAt: new Date(now - 300 * day) });
  const config = context.testbed.address.config;
  const json = async (args: readonly string[]) => {
    const { status, stdout, stderr } = await context.backup([...args, '--json', '-c', config]);
    return { status, stderr, document: JSON.parse(stdout === '' ? '{}' : stdout) as Document };
  };
  return { ...context, config, json, sales, old };
};

const isUntouched = ({ world }: Testbed) =>
  world.journal.entries.every(({ what }) => !/^(CONNECT|PUT|DELETE|ALTER)|^POST (?!.*login)/.test(what));

test('list prints the sets of every database, newest first, and tells the others and the predecessor’s apart', async () => {
  const { json, backup, config, testbed, sales, old } = await setUpSets();
  const { status, document } = await json(['list']);
  expect(status).toBe(0);
  const rows = document.sets.map(({ state, database, configured }) => [state, database, configured]);
  expect(rows).toEqual([
    ['complete', 'ORCL', 'ORCL'],
    ['complete', 'ORCL', 'ORCL'],
    ['complete', 'SALES', undefined],
    ['complete', 'ORCL', 'ORCL'],
    ['legacy', undefined, 'ORCL'],
  ]);
  expect(document.sets.map(({ set }) => set)).toEqual(expect.arrayContaining([sales, old]));
  const { stdout } = await backup(['list', '-c', config]);
  expect(stdout).toMatch(/^5 sets on/);
  expect(stdout).toMatch(/SALES, not configured +complete/);
  expect(stdout).toMatch(/orasync_data_2020-01-01_000000 +ORCL +legacy/);
  expect(isUntouched(testbed)).toBe(true);
});

test('--database limits the sets', async () => {
  const { json, sales } = await setUpSets();
  const { document } = await json(['list', '-d', 'ORCL']);
  expect(document.sets).toHaveLength(4);
  const { status, stderr } = await json(['show', sales, '-d', 'ORCL']);
  expect(status).toBe(2);
  expect(stderr).toMatch(/names no set; the nearest are/);
});

describe('without a database in the configuration', () => {
  test('a file with the array alone is enough', async () => {
    const { backup, config, directory } = await setUpSets();
    const text = readFileSync(config, 'utf8');
    const path = join(directory, 'array.yaml');
    writeFileSync(path, text.slice(0, text.indexOf('databases:')));
    const { status, stdout } = await backup(['list', '-c', path]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^5 sets/);
    expect(stdout).not.toMatch(/not configured/);
    expect((await backup(['run', '-c', path])).status).toBe(2);
  });

  test('the three variables of the array are enough', async () => {
    const { backup, testbed } = await setUpSets();
    const { SOURCE_INFINIBOX = '', SOURCE_INFINIBOX_USER = '', SOURCE_INFINIBOX_PASSWORD = '' } = dropIn(testbed);
    const { status, stdout } = await backup(['list'], {
      SOURCE_INFINIBOX,
      SOURCE_INFINIBOX_USER,
      SOURCE_INFINIBOX_PASSWORD,
    });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^5 sets/);
  });
});

describe('a run that is called complete', () => {
  test.each(['volumes', 'consistencyGroup', 'filesystems'] as const)(
    'of %s is verified to level 1, and the array takes what its runbook asks for',
    async (targets) => {
      const { backup, testbed } = await setUp({ targets });
      const { config, infinibox } = testbed.address;
      expect((await backup(['-q', '-c', config])).status).toBe(0);
      const verified = await backup(['verify', 'latest', '-c', config]);
      expect(verified.status).toBe(0);
      expect(verified.stdout).toMatch(/verdict +reached level 1: structure, time and logs\n/);

      const { status, stdout } = await backup(['runbook', 'latest', '-c', config]);
      expect(status).toBe(0);
      expect(stdout).toMatch(/Never send END BACKUP on restored files/);
      const [, procedureA = ''] = /^A\. (.*?)^B\. /ms.exec(stdout) ?? [];
      const requests = [...procedureA.matchAll(/POST (\/api\/rest\/(?:volumes|filesystems)\S*) (\{.*\})/g)];
      // Four snapshots of what is there now, four restores, one clone for archived logs.
      expect(requests).toHaveLength(9);
      const { url, username, password } = infinibox;
      const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
      for (const [, path = '', body = ''] of requests) {
        const headers = { authorization, 'content-type': 'application/json' };
        const response = await fetch(`${url}${path}`, { method: 'POST', headers, body });
        expect(response.ok, `${path} ${body}`).toBe(true);
      }
    },
  );

  test('recovers from the snapshots that its runbook names, past the SCN that it asks for', async () => {
    const { backup, testbed } = await setUp();
    const { config } = testbed.address;
    expect((await backup(['-q', '-c', config])).status).toBe(0);
    const { stdout } = await backup(['runbook', 'latest', '--json', '-c', config]);
    const [book] = (JSON.parse(stdout) as Document).runbooks;
    const contents = (book?.sources ?? []).map(({ snapshot }) => testbed.world.array.contentOf(snapshot.id));
    const recovery = recover(testbed.world.database, contents);
    if (!recovery.consistent) throw new Error(recovery.reason);
    expect(recovery.scn).toBeGreaterThanOrEqual(BigInt(book?.earliestUntilChange ?? 0));
    expect(recovery.scn).toBe(BigInt(book?.latestUntilChange ?? 0) - 1n);
  });
});

test('show prints each member of a set, and what is wrong with it', async () => {
  const { json, backup, config, testbed } = await setUpSets();
  const [set] = (await json(['list'])).document.sets;
  const shown = await json(['show', set?.set.slice(0, 20) ?? '']);
  expect(shown.status).toBe(0);
  const snapshots = shown.document.sets[0]?.snapshots ?? [];
  expect(snapshots.map(({ role }) => role)).toEqual(['data', 'data', 'data', 'data', 'archive']);
  testbed.world.array.setMetadata(snapshots[1]?.id ?? 0, { 'orasync.set': '{"v":1}' });
  const { stdout } = await backup(['show', set?.set ?? '', '-c', config]);
  expect(stdout).toMatch(/members +3 data and 1 archive, of 4 and 1/);
  expect(stdout).toMatch(/carries the marker/);
});

describe('verify fails with 1', () => {
  test('when a marker is taken off, and names the member', async () => {
    const { json, backup, config, testbed, sales } = await setUpSets();
    const [member] = (await json(['show', sales])).document.sets[0]?.snapshots ?? [];
    testbed.world.array.setMetadata(member?.id ?? 0, { 'orasync.complete': 'other' });
    const { status, document } = await json(['verify', sales]);
    expect(status).toBe(1);
    const [verification] = document.verifications;
    expect(verification).not.toHaveProperty('reached');
    expect(verification?.points.filter(({ outcome }) => outcome === 'failed')).toMatchObject([
      { point: 'marker', object: { id: member?.id } },
    ]);
    const { stdout } = await backup(['verify', sales, '-c', config]);
    expect(stdout).toMatch(/verdict +no level reached/);
  });

  test('when only level 0 is reached, and not when no more was asked for', async () => {
    const { json, backup, config, testbed, sales } = await setUpSets();
    const [member] = (await json(['show', sales])).document.sets[0]?.snapshots ?? [];
    const id = member?.id ?? 0;
    const labels = await testbed.world.array.call({
      method: 'GET',
      path: `/api/rest/metadata/${id}`,
      query: new URLSearchParams(),
      bodyText: '',
      caller: 'trusted',
    });
    const items = labels.kind === 'answer' ? (labels.answer.result as { key: string; value: string }[]) : [];
    const label = JSON.parse(items.find(({ key }) => key === 'orasync.set')?.value ?? '{}') as object;
    testbed.world.array.setMetadata(id, {
      'orasync.set': JSON.stringify({ ...label, arrayAheadMs: 60_000 }),
    });
    const failed = await json(['verify', sales]);
    expect(failed.status).toBe(1);
    expect(failed.document.verifications).toMatchObject([{ reached: 0 }]);
    const { status, stdout } = await backup(['verify', sales, '--level', '0', '-c', config]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/verdict +reached level 0: structure\n/);
    expect(stdout).toMatch(/not verified +When the members were made/);
  });

  test('and the runbook of such a set warns, and fails too', async () => {
    const { json, backup, config, old } = await setUpSets();
    const { status, document } = await json(['runbook', old]);
    expect(status).toBe(1);
    expect(document.runbooks).toMatchObject([{ isUsable: false, exit: 1 }]);
    const { stdout } = await backup(['runbook', old, '-c', config]);
    expect(stdout).toMatch(/WARNING: DO NOT RELY ON THIS SET\.\nWARNING: This set is legacy/);
    expect(stdout).toMatch(/not possible from this set: nothing is recorded/);
  });
});

describe('exits with', () => {
  test('2 when no set is named so, and offers the nearest', async () => {
    const { json } = await setUpSets();
    const { status, stderr } = await json(['verify', '19990101']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/19990101 names no set; the nearest are \d{8}T/);
  });

  test('2 when several are, and when the latest is of two databases', async () => {
    const { json } = await setUpSets();
    expect(await json(['show', '2'])).toMatchObject({ status: 2, stderr: expect.stringMatching(/2 names 4 sets/) });
    expect(await json(['show', 'latest'])).toMatchObject({ status: 2, stderr: expect.stringMatching(/names 2 sets/) });
    expect((await json(['show', 'latest', '-d', 'ORCL'])).status).toBe(0);
  });

  test('2 when there is no set at all', async () => {
    const { backup, testbed } = await setUp();
    const { status, stderr } = await backup(['runbook', 'latest', '-c', testbed.address.config]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/latest names no set: there is none/);
  });

  test('2 on a level that there is not', async () => {
    const { json } = await setUpSets();
    expect((await json(['verify', 'latest', '--level', '2'])).status).toBe(2);
  });

  test('11 when the array refuses the user, and 12 when it does not answer', async () => {
    const { backup, testbed } = await setUpSets();
    const { SOURCE_INFINIBOX = '', SOURCE_INFINIBOX_USER = '' } = dropIn(testbed);
    const env = { SOURCE_INFINIBOX, SOURCE_INFINIBOX_USER, SOURCE_INFINIBOX_PASSWORD: 'Fake-wrong' };
    for (const args of [['list'], ['show', 'latest'], ['verify', 'latest'], ['runbook', 'latest']]) {
      expect((await backup(args, env)).status).toBe(11);
      expect((await backup(args, { ...env, SOURCE_INFINIBOX: 'http://127.0.0.1:1' })).status).toBe(12);
    }
  });
});
