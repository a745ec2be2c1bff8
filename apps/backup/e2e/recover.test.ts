import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { familyOf, setUp, snapshotNames, untilEnded } from './program.js';

interface Document {
  readonly recoveries: readonly {
    readonly exit: number;
    readonly backupMode: string;
    readonly leftovers: readonly { readonly isOurs: boolean; readonly files: readonly unknown[] }[];
    readonly labels: readonly { readonly state: string; readonly snapshots: readonly unknown[] }[];
    readonly procedure: readonly string[];
    readonly findings: readonly { readonly code: string }[];
    readonly error?: { readonly code: string };
  }[];
  readonly checks: readonly {
    readonly exit: number;
    readonly findings: readonly { readonly code: string; readonly level: string }[];
    readonly rehearsal?: {
      readonly roles: readonly {
        readonly role: string;
        readonly expected: number;
        readonly isLabelled: boolean;
        readonly snapshots: readonly { readonly name: string }[];
      }[];
    };
    readonly error?: { readonly code: string };
  }[];
}

const setUpRecovery = async () => {
  const context = await setUp();
  const { backup, testbed } = context;
  const json = async (args: readonly string[]) => {
    const { status, stdout, stderr } = await backup([...args, '--json', '-c', testbed.address.config]);
    return { status, stderr, document: JSON.parse(stdout === '' ? '{}' : stdout) as Document };
  };
  const recover = async (...args: readonly string[]) => {
    const { status, stderr, document } = await json(['recover', ...args]);
    return { status, stderr, recovery: document.recoveries[0] };
  };
  /** Kills a run, its guard and every sqlplus of both at this call, as the loss of a host does. */
  const loseHostAt = async (match: string, when: 'before' | 'after', skip = 0) => {
    const { journal } = testbed.world;
    journal.hold({ match, when, skip });
    const child = context.spawnBackup(['-c', testbed.address.config]);
    const ended = untilEnded(child);
    await journal.waitFor(({ held }) => held === when);
    for (const { pid } of familyOf(child.pid ?? 0)) process.kill(pid, 'SIGKILL');
    journal.release(match);
    await ended;
  };
  return { ...context, json, recover, loseHostAt };
};

describe('recover', () => {
  test('with nothing left behind says so, and changes nothing', async () => {
    const { backup, testbed } = await setUpRecovery();
    const { status, stdout } = await backup(['recover', '-c', testbed.address.config]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/verdict +nothing to do/);
    expect(testbed.world.journal.entries.filter(({ what }) => /^(PUT|DELETE|ALTER)/.test(what))).toEqual([]);
  });

  test('ends what a run left whose host was lost, labels what it made, and the next run succeeds', async () => {
    const { recover, loseHostAt, activeFiles, backup, testbed } = await setUpRecovery();
    await loseHostAt('group_snapshot', 'after');
    expect(activeFiles()).toBe(4);
    const { status, stderr, recovery } = await recover();
    expect(stderr).toContain('ending backup mode of 4 data file(s): the run of set ');
    expect(status).toBe(0);
    expect(recovery).toMatchObject({ backupMode: 'ended', leftovers: [{ isOurs: true }] });
    expect(recovery?.labels).toMatchObject([{ state: 'partial', snapshots: { length: 4 } }]);
    expect(activeFiles()).toBe(0);
    expect((await recover()).recovery).toMatchObject({ backupMode: 'off', labels: [] });
    expect((await backup(['-c', testbed.address.config])).status).toBe(0);
  });

  test('finishes the set of a run whose host was lost once all was proved', async () => {
    const { recover, loseHostAt, backup, testbed } = await setUpRecovery();
    const put = 'PUT /api/rest/metadata/';
    expect((await backup(['-c', testbed.address.config])).status).toBe(0);
    // The marker is the last that a run writes; what was sent before it takes effect, whatever becomes of the sender.
    const written = testbed.world.journal.entries.filter(({ what }) => what.startsWith(put));
    await loseHostAt(put, 'before', written.length - 2);
    expect(await snapshotNames(testbed)).toHaveLength(10);
    const { status, recovery } = await recover();
    expect(status).toBe(0);
    expect(recovery?.labels).toMatchObject([{ state: 'complete', snapshots: { length: 5 } }]);
    const { status: verified } = await backup(['verify', 'latest', '-c', testbed.address.config]);
    expect(verified).toBe(0);
  });

  test('refuses somebody else’s backup mode, and ends it when told to', async () => {
    const { recover, backup, testbed, activeFiles } = await setUpRecovery();
    testbed.world.database.beginBackup();
    const { status, stdout } = await backup(['recover', '-c', testbed.address.config]);
    expect(status).toBe(4);
    expect(stdout).toMatch(/backup mode +STILL ON\nnot ours +4 data file\(s\) since .*\nevidence +no run record/);
    expect(activeFiles()).toBe(4);
    const ended = await recover('--end');
    expect(ended.status).toBe(0);
    expect(ended.recovery?.findings.map(({ code }) => code)).toContain('ended-without-proof');
    expect(activeFiles()).toBe(0);
  });

  test('leaves a run at work alone', async () => {
    const { recover, spawnBackup, testbed } = await setUpRecovery();
    const { journal } = testbed.world;
    journal.hold({ match: 'group_snapshot', when: 'before' });
    const running = untilEnded(spawnBackup(['-c', testbed.address.config]));
    await journal.waitFor(({ held }) => held === 'before');
    const { status, recovery } = await recover('--end');
    expect(status).toBe(10);
    expect(recovery).toMatchObject({ backupMode: 'unknown', error: { code: 'DATABASE_CLAIMED' } });
    journal.release('group_snapshot');
    expect((await running).status).toBe(0);
  });

  test('prints the procedure for an instance that crashed in backup mode, and changes nothing', async () => {
    const { backup, testbed, activeFiles, loseHostAt } = await setUpRecovery();
    await loseHostAt('group_snapshot', 'before');
    testbed.world.database.crash();
    testbed.world.database.restart();
    const { status, stdout } = await backup(['recover', '--end', '-c', testbed.address.config]);
    expect(status).toBe(12);
    expect(stdout).toMatch(/What to do:\n {2}1\. .*sqlplus \/ AS SYSDBA.*ALTER DATABASE END BACKUP.*only RECOVER/s);
    expect(activeFiles()).toBe(4);
  });

  test('prints it to an administrator with what is known, and changes nothing either', async () => {
    const { backup, testbed, activeFiles, loseHostAt, directory } = await setUpRecovery();
    await loseHostAt('group_snapshot', 'before');
    testbed.world.database.crash();
    testbed.world.database.restart();
    const path = join(directory, 'sysdba.yaml');
    const asDba = readFileSync(testbed.address.config, 'utf8')
      .replace(/connectIdentifier: .*/, 'sid: ORCL')
      .replace(/( +)user: .*\n +password: .*/, '$1role: SYSDBA');
    writeFileSync(path, asDba);
    const { status, stdout } = await backup(['recover', '--end', '-c', path]);
    expect(status).toBe(4);
    expect(stdout).toMatch(
      /MOUNTED\nbackup mode +STILL ON\nours +4 data file\(s\).*What to do:\n {2}1\. Nothing was changed/s,
    );
    expect(activeFiles()).toBe(4);
  });

  test('that cannot end it exits with 5', async () => {
    const { recover, loseHostAt, testbed } = await setUpRecovery();
    await loseHostAt('group_snapshot', 'before');
    const action = { kind: 'error', text: 'ORA-01031: insufficient privileges' } as const;
    testbed.world.faults.inject({ match: 'END BACKUP', times: 99, action });
    const { status, recovery } = await recover();
    expect(status).toBe(5);
    expect(recovery).toMatchObject({ backupMode: 'on', error: { code: 'BACKUP_MODE_STUCK' } });
  });
});

describe('check --rehearse', () => {
  test('makes snapshots that are no backup, outside backup mode', async () => {
    const { json, testbed } = await setUpRecovery();
    const { status, document } = await json(['check', '--rehearse']);
    expect(status).toBe(0);
    const [check] = document.checks;
    expect(check?.rehearsal?.roles.map(({ role, expected, isLabelled }) => [role, expected, isLabelled])).toEqual([
      ['data', 4, true],
      ['archive', 1, true],
    ]);
    const names = check?.rehearsal?.roles.flatMap(({ snapshots }) => snapshots.map(({ name }) => name)) ?? [];
    expect(await snapshotNames(testbed)).toEqual([...names].sort());
    expect(testbed.world.journal.entries.filter(({ what }) => /BEGIN BACKUP|DELETE/.test(what))).toEqual([]);
    const { document: listed } = (await json(['list'])) as unknown as { document: { sets: { state: string }[] } };
    expect(listed.sets.map(({ state }) => state)).toEqual(['rehearsal']);
  });

  test('says what the array refused', async () => {
    const { json, testbed } = await setUpRecovery();
    testbed.world.faults.inject({ match: 'group_snapshot', action: { kind: 'refuse', status: 403 } });
    const { status, document } = await json(['check', '--rehearse']);
    expect(status).toBe(11);
    expect(document.checks[0]?.error?.code).toBe('INFINIBOX_RESPONSE');
    expect(document.checks[0]?.findings.map(({ code }) => code)).toContain('rehearsal-incomplete');
  });

  test('makes nothing when the check finds something that blocks', async () => {
    const { json, testbed } = await setUpRecovery();
    testbed.world.database.setLogMode('NOARCHIVELOG');
    const { status, document } = await json(['check', '--rehearse']);
    expect(status).toBe(4);
    expect(document.checks[0]).not.toHaveProperty('rehearsal');
    expect(await snapshotNames(testbed)).toEqual([]);
  });
});
