import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeEntry, firstOutOfOrder, type JournalEntry } from '@orasync/testing';
import { describe, expect, test } from 'vitest';
import { dropIn, familyOf, setUp, snapshotNames, untilEnded } from './program.js';

const secrets = /Snap5hot-array|Manager1-db/;

interface RunDocument {
  readonly runs: readonly {
    readonly state: string;
    readonly exit: number;
    readonly snapshots: readonly { readonly id: number; readonly name: string; readonly role: string }[];
    readonly hotWindowMs: number;
    readonly steps: readonly { readonly name: string }[];
    readonly error?: { readonly code: string; readonly message: string };
  }[];
}

describe('orasync-backup with the ready configuration', () => {
  test('backs up four data volumes and the archive volume, and what it made recovers', async () => {
    const { testbed, backup, activeFiles } = await setUp();
    const { status, stdout } = await backup(['run', '--json', '-c', testbed.address.config]);
    expect(status).toBe(0);
    const [run] = (JSON.parse(stdout) as RunDocument).runs;
    expect(run).toMatchObject({ state: 'complete', exit: 0, worth: { logs: 'captured', controlfile: 'captured' } });
    expect(run?.snapshots.map(({ role }) => role)).toEqual(['data', 'data', 'data', 'data', 'archive']);
    expect(activeFiles()).toBe(0);
    const ids = run?.snapshots.map(({ id }) => id) ?? [];
    const proof = await fetch(testbed.address.control, { method: 'POST', body: JSON.stringify({ recover: ids }) });
    expect(await proof.json()).toMatchObject({ consistent: true });
  });

  test('makes its calls in the documented order, and logs on to nothing between BEGIN and END', async () => {
    const { testbed, backup } = await setUp();
    await backup(['-c', testbed.address.config, '--quiet']);
    const journal = (await (await fetch(testbed.address.control)).json()) as JournalEntry[];
    const order = [
      /^PUT .*metadata.*orasync\.run\./,
      /^ALTER SYSTEM ARCHIVE LOG CURRENT/i,
      /^ALTER DATABASE BEGIN BACKUP/i,
      /^POST .*group_snapshot/,
      /^ALTER DATABASE END BACKUP/i,
      /^ALTER SYSTEM ARCHIVE LOG CURRENT/i,
      /^POST \/api\/rest\/volumes .*orasync_archive_/,
      /^PUT .*orasync\.complete/,
    ];
    expect(firstOutOfOrder(journal, order)).toBeUndefined();
    const entries = journal.map(describeEntry);
    const begin = entries.findIndex((entry) => /BEGIN BACKUP/i.test(entry));
    const end = entries.findIndex((entry) => /END BACKUP/i.test(entry));
    expect(entries.slice(begin, end).filter((entry) => entry.startsWith('CONNECT'))).toEqual([]);
    expect(entries.filter((entry) => entry.includes('group_snapshot'))).toHaveLength(1);
    expect(entries.filter((entry) => entry.startsWith('DELETE'))).toEqual([]);
  });

  test('prints a report for people on stdout and each step on stderr', async () => {
    const { testbed, backup } = await setUp();
    const { status, stdout, stderr } = await backup(['-c', testbed.address.config]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/state +complete\n/);
    expect(stdout).toMatch(/in backup mode +\d+ ms\n/);
    expect(stdout).toMatch(/data snapshot +orasync_data_\d{4}-\d\d-\d\d_\d{6}_ora_data01/);
    for (const step of ['check', 'claim', 'heal', 'record', 'begin', 'snapshot', 'end', 'archive-snapshot', 'complete'])
      expect(stderr).toMatch(new RegExp(`^${step} +ok +\\d+ ms$`, 'm'));
    expect(stderr).toMatch(/without TLS/);
  });

  test('with a JSON log, stderr is JSON lines and stdout stays the result', async () => {
    const { testbed, backup } = await setUp();
    const { stdout, stderr } = await backup(['--json', '--log-format', 'json', '-c', testbed.address.config]);
    const lines = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { msg: string });
    expect(lines.map(({ msg }) => msg)).toContain('step');
    expect((JSON.parse(stdout) as RunDocument).runs).toHaveLength(1);
  });
});

describe('orasync-backup with the predecessor’s eight variables', () => {
  test('makes exactly the two snapshots of the predecessor, and its log file', async () => {
    const { testbed, backup, directory } = await setUp();
    const { status } = await backup([], dropIn(testbed));
    expect(status).toBe(0);
    const names = await snapshotNames(testbed);
    expect(names).toHaveLength(2);
    expect(names[0]).toMatch(/^orasync_archive_\d{4}-\d\d-\d\d_\d{6}$/);
    expect(names[1]).toMatch(/^orasync_data_\d{4}-\d\d-\d\d_\d{6}$/);
    expect(readdirSync(directory).sort()).toEqual([
      expect.stringMatching(/^db-ORCL-\d{4}-\d\d-\d\d_\d{6}\.log$/),
      expect.stringMatching(/^guard-ORCL-\d{4}-\d\d-\d\d_\d{6}\.log$/),
    ]);
  });

  test('makes no archive snapshot without an archive list, and says so', async () => {
    const { testbed, backup } = await setUp();
    const { REPLICATED_ARCHIVE_VOLUMES: _, ...env } = dropIn(testbed);
    const { status, stdout } = await backup([], env);
    expect(status).toBe(0);
    expect(await snapshotNames(testbed)).toEqual([expect.stringMatching(/^orasync_data_/)]);
    expect(stdout).toMatch(/archived logs are not captured/);
  });

  test('lets a file win over the variables', async () => {
    const { testbed, backup, directory } = await setUp();
    writeFileSync(join(directory, 'orasync.yaml'), readFileSync(testbed.address.config));
    const { status } = await backup([], { ...dropIn(testbed), SOURCE_INFINIBOX: 'http://127.0.0.1:1' });
    expect(status).toBe(0);
    expect(await snapshotNames(testbed)).toHaveLength(5);
  });
});

describe('no secret leaks', () => {
  test('into an argument list of any process while a run is inside the bracket', async () => {
    const { testbed, spawnBackup } = await setUp();
    const { journal } = testbed.world;
    journal.hold({ match: 'group_snapshot', when: 'before' });
    const child = spawnBackup(['-c', testbed.address.config]);
    const ended = untilEnded(child);
    await journal.waitFor(({ held }) => held === 'before');
    const commandLines = familyOf(child.pid ?? 0).map(({ commandLine }) => commandLine);
    expect(commandLines.some((line) => line.includes('sqlplus'))).toBe(true);
    expect(commandLines.filter((line) => secrets.test(line))).toEqual([]);
    journal.release('group_snapshot');
    expect((await ended).status).toBe(0);
  });

  test.each([
    ['that succeeds', []],
    ['that fails at the array', ['group_snapshot']],
    ['whose logon fails', ['CONNECT']],
  ])('into output, log file or labels of a run %s', async (_, faults) => {
    const { testbed, backup, logFiles } = await setUp();
    for (const match of faults)
      testbed.world.faults.inject({
        match,
        action:
          match === 'CONNECT'
            ? { kind: 'error', text: 'ORA-01017: invalid username/password; logon denied' }
            : { kind: 'refuse', status: 500 },
      });
    const { stdout, stderr } = await backup(['--verbose', '--json'], dropIn(testbed));
    const journal = JSON.stringify(testbed.world.journal.entries);
    for (const text of [stdout, stderr, journal, ...logFiles().map((file) => file.text)]) {
      expect(text.length).toBeGreaterThan(0);
      expect(text).not.toMatch(secrets);
      expect(text).not.toContain(Buffer.from('admin:Snap5hot-array').toString('base64'));
    }
  });
});

describe('a signal inside the bracket', () => {
  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)('%s ends backup mode, labels what was made, and exits with %i', async (signal, status) => {
    const { testbed, spawnBackup, activeFiles } = await setUp();
    const { journal } = testbed.world;
    journal.hold({ match: 'group_snapshot', when: 'after' });
    const child = spawnBackup(['--json', '-c', testbed.address.config]);
    const ended = untilEnded(child);
    await journal.waitFor(({ held }) => held === 'after');
    expect(activeFiles()).toBeGreaterThan(0);
    child.kill(signal);
    await journal.waitFor(({ what, outcome }) => /END BACKUP/i.test(what) && outcome === 'ok');
    journal.release('group_snapshot');
    const { status: actual, stdout } = await ended;
    expect(actual).toBe(status);
    expect(activeFiles()).toBe(0);
    expect((JSON.parse(stdout) as RunDocument).runs[0]).toMatchObject({ exit: status, state: 'inconsistent' });
  });

  test('a second one does not shorten END', async () => {
    const { testbed, spawnBackup, activeFiles } = await setUp();
    const { journal } = testbed.world;
    journal.hold({ match: 'END BACKUP', when: 'before' });
    const child = spawnBackup(['--quiet', '-c', testbed.address.config]);
    const ended = untilEnded(child);
    await journal.waitFor(({ what, held }) => /END BACKUP/i.test(what) && held === 'before');
    child.kill('SIGTERM');
    child.kill('SIGTERM');
    journal.release('END BACKUP');
    expect((await ended).status).toBe(143);
    expect(activeFiles()).toBe(0);
  });
});

describe('a failure inside the bracket', () => {
  test.each([
    ['the array answers 500', { match: 'group_snapshot', action: { kind: 'refuse', status: 500 } }],
    ['the array cuts the connection', { match: 'group_snapshot', action: { kind: 'reset', when: 'before' } }],
    ['the array answers with HTML', { match: 'group_snapshot', action: { kind: 'garbage', body: '<html>' } }],
    ['BEGIN’s answer is lost', { match: 'BEGIN BACKUP', action: { kind: 'die', when: 'after' } }],
  ] as const)('leaves the database out of backup mode and exits with 1: %s', async (_, fault) => {
    const { testbed, backup, activeFiles } = await setUp();
    testbed.world.faults.inject(fault);
    const { status, stderr } = await backup(['-c', testbed.address.config]);
    expect(status).toBe(1);
    expect(activeFiles()).toBe(0);
    expect(stderr).toMatch(/^orasync-backup: /m);
  });

  test.each([
    ['dies', { kind: 'die', when: 'before' }],
    ['is refused', { kind: 'error', text: 'ORA-01013: user requested cancel of current operation' }],
  ] as const)('the first END %s: another one follows, and the set is good', async (_, action) => {
    const { testbed, backup, activeFiles } = await setUp();
    testbed.world.faults.inject({ match: 'END BACKUP', action });
    expect((await backup(['-q', '-c', testbed.address.config])).status).toBe(0);
    expect(activeFiles()).toBe(0);
  });

  test('a lost answer to the snapshot call that took effect is settled by looking', async () => {
    const { testbed, backup } = await setUp();
    testbed.world.faults.inject({ match: 'group_snapshot', action: { kind: 'reset', when: 'after' } });
    expect((await backup(['-q', '-c', testbed.address.config])).status).toBe(0);
    expect(await snapshotNames(testbed)).toHaveLength(5);
  });

  test('a failed archive step exits with 3, and the report says that the data snapshot is good', async () => {
    const { testbed, backup, activeFiles } = await setUp();
    testbed.world.faults.inject({
      match: 'ARCHIVE LOG CURRENT',
      skip: 1,
      action: { kind: 'error', text: 'ORA-16038: log 1 sequence# 9 cannot be archived' },
    });
    const { status, stdout } = await backup(['--json', '-q', '-c', testbed.address.config]);
    expect(status).toBe(3);
    expect(activeFiles()).toBe(0);
    expect((JSON.parse(stdout) as RunDocument).runs[0]).toMatchObject({
      state: 'partial',
      error: { code: 'BACKUP_FAILED' },
    });
  });
});

describe('whoever reads the output may go away', () => {
  test('without keeping the database in backup mode', async () => {
    const { testbed, spawnBackup, activeFiles } = await setUp();
    const { journal } = testbed.world;
    journal.hold({ match: 'BEGIN BACKUP', when: 'after' });
    const child = spawnBackup(['--log-format', 'json', '--verbose', '-c', testbed.address.config]);
    const exit = new Promise<number | null>((resolve) => void child.once('exit', resolve));
    await journal.waitFor(({ what, held }) => /BEGIN BACKUP/i.test(what) && held === 'after');
    child.stderr?.destroy();
    child.stdout?.destroy();
    journal.release('BEGIN BACKUP');
    expect(await exit).toBe(0);
    expect(activeFiles()).toBe(0);
  });
});

describe('several databases', () => {
  const twoDatabases = async () => {
    const [one, two] = [await setUp(), await setUp()];
    const text = readFileSync(one.testbed.address.config, 'utf8');
    const second = text
      .slice(text.indexOf('  - name: ORCL'))
      .replace('name: ORCL', 'name: OTHER')
      .replace(/oracleHome: .*/, `oracleHome: ${two.testbed.address.oracle.home}`);
    const config = join(one.directory, 'both.yaml');
    writeFileSync(config, text + second);
    return { one, two, config };
  };

  test('run one after the other, each with an entry and log files of its own', async () => {
    const { one, two, config } = await twoDatabases();
    const { status, stdout } = await one.backup(['--all', '--json', '-q', '-c', config]);
    expect(status).toBe(0);
    expect((JSON.parse(stdout) as RunDocument).runs.map(({ state }) => state)).toEqual(['complete', 'complete']);
    const names = one.logFiles().map(({ name }) => name.split('-', 2).join('-'));
    expect(names.sort()).toEqual(['db-ORCL', 'db-OTHER', 'guard-ORCL', 'guard-OTHER']);
    expect(two.activeFiles()).toBe(0);
  });

  test('have to be chosen', async () => {
    const { one, config } = await twoDatabases();
    const { status, stderr } = await one.backup(['-c', config]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/choose with --database or --all/);
  });

  test('that were not reached when the run was told to stop are told as interrupted', async () => {
    const { one, config } = await twoDatabases();
    const { journal } = one.testbed.world;
    journal.hold({ match: 'FROM v$archived_log WHERE next_change#', when: 'before' });
    const child = one.spawnBackup(['--all', '--json', '-q', '-c', config]);
    const ended = untilEnded(child);
    await journal.waitFor(({ held }) => held === 'before');
    child.kill('SIGTERM');
    await journal.waitFor(({ what, outcome }) => what.startsWith('PUT') && outcome?.startsWith('2') === true);
    journal.release('FROM v$archived_log WHERE next_change#');
    const { status, stdout } = await ended;
    expect(status).toBe(143);
    expect((JSON.parse(stdout) as RunDocument).runs.map(({ exit, state }) => [exit, state])).toEqual([
      [143, 'partial'],
      [143, 'none'],
    ]);
  });

  test('are all checked for wrong settings before the first is touched', async () => {
    const { one, config } = await twoDatabases();
    writeFileSync(config, readFileSync(config, 'utf8').replace(/(name: OTHER[\s\S]*?)oracle-password/, '$1nowhere'));
    const { status, stderr } = await one.backup(['--all', '-c', config]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/database OTHER: oracle\.password: .* cannot be read/);
    expect(one.testbed.world.journal.entries).toEqual([]);
  });
});
