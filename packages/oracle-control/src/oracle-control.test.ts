import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { OracleControlOptions } from './oracle-control.js';
import { controlOf, createHome, processesOf, sqlplus } from './scripted-sqlplus.test.fixture.js';

const setUp = async (script: string, limits: OracleControlOptions['limits'] = {}) => {
  const home = await createHome(script);
  const log: object[] = [];
  const write = (fields: object, message: string) => void log.push({ ...fields, message });
  return { home, log, control: controlOf(home, { limits, log: { debug: write, warn: write } }) };
};

const isRunning = (home: string) => processesOf(home).length > 0;

describe('a bracket', () => {
  it('is guarded by the program beside this package’s own, which is not there before the build', async () => {
    const { control } = await setUp(sqlplus(''));
    const opening = control.openBracket({ run: '1', budgetMs: 60_000, fallback: {} as never });
    await expect(opening).rejects.toThrow('the guard ended before it was ready');
  });

  it('is of a run whose label can be sent', async () => {
    const { control } = await setUp(sqlplus(''));
    const opening = control.openBracket({ run: '1\nHOST rm', budgetMs: 60_000, fallback: {} as never });
    await expect(opening).rejects.toMatchObject({ code: 'ORACLE_INPUT' });
  });
});

describe('a session', () => {
  it('ends backup mode, and tells what it was just before and after', async () => {
    const row = `"WHERE status = 'ACTIVE';") echo '~4|1|900|900|10|30|' ;;`;
    const { control } = await setUp(sqlplus(row));
    await using session = await control.openSession({ purpose: 'test' });
    const mode = {
      activeFiles: 4,
      distinctScns: 1,
      lowestScn: 900n,
      highestScn: 900n,
      fileNumberSum: 10n,
      fileNumberSquareSum: 30n,
    };
    await expect(session.endBackup({ fromScn: 900n })).resolves.toEqual({ before: mode, after: mode });
  });

  it('ends backup mode although the reads around END fail', async () => {
    const { control, log } = await setUp(sqlplus(`"WHERE status = 'ACTIVE';") echo 'ORA-00942: no view' ;;`));
    await using session = await control.openSession({ purpose: 'test' });
    await expect(session.endBackup({ fromScn: 900n })).resolves.toEqual({ before: undefined, after: undefined });
    expect(JSON.stringify(log)).toContain('ORA-00942');
  });

  it('never kills BEGIN BACKUP: it ends late, is reported, and sqlplus goes with it', async () => {
    const wait = 'while [ ! -e $HERE/checkpointed ]; do sleep 0.02; done';
    const { home, control, log } = await setUp(
      sqlplus(`'ALTER DATABASE BEGIN BACKUP;') ${wait}; printf '\\nDatabase altered.\\n\\n' ;;`),
      { beginMs: 100 },
    );
    const session = await control.openSession({ purpose: 'test' });
    await expect(session.beginBackup()).rejects.toMatchObject({
      code: 'SQLPLUS_TIMEOUT',
      outcome: 'unknown',
      isStillRunning: true,
    });
    await expect(session.readBackupMode()).rejects.toMatchObject({ outcome: 'refused' });
    await session.close();
    expect(isRunning(home)).toBe(true);
    await writeFile(join(home, 'checkpointed'), '');
    await expect.poll(() => isRunning(home)).toBe(false);
    await expect
      .poll(() => log)
      .toContainEqual({ statement: 'ALTER DATABASE BEGIN BACKUP', message: 'statement ended after its time limit' });
  });

  it('kills an ARCHIVE LOG CURRENT that takes too long', async () => {
    const { home, control } = await setUp(sqlplus(`'ALTER SYSTEM ARCHIVE'*) sleep 60 ;;`), { archiveMs: 100 });
    const session = await control.openSession({ purpose: 'test' });
    await expect(session.archiveCurrentLog()).rejects.toMatchObject({
      code: 'SQLPLUS_TIMEOUT',
      statement: 'ALTER SYSTEM ARCHIVE LOG CURRENT',
      isStillRunning: false,
    });
    expect(isRunning(home)).toBe(false);
    await session.close();
  });

  it('asks the views for what it reads', async () => {
    const { control } = await setUp(
      sqlplus(`
        'FROM v$datafile') echo '~1|/u01/system01.dbf|SYSTEM|READ WRITE|5|0|1048576|0|' ;;
        'FROM v$archived_log') echo 'no rows selected' ;;
        'FROM gv$session') echo '~2|' ;;
        'FROM v$database;') echo 'ORA-01507: database not mounted' ;;
        "WHERE status = 'ACTIVE';") echo '~0|0|\\z|\\z|0|0|' ;;
        'ALTER DATABASE'*) printf '\nDatabase altered.\n\n' ;;
        'ALTER SYSTEM ARCHIVE LOG CURRENT;') printf '\nSystem altered.\n\n' ;;
        'FROM all_directories') echo '~ORASYNC|' ;;
        DECLARE) printf '\nPL/SQL procedure successfully completed.\n\n' ;;
        'CREATE PFILE'*) printf '\nFile created.\n\n' ;;`),
    );
    await using session = await control.openSession({ purpose: 'test' });
    await expect(session.readDatafiles()).resolves.toMatchObject([{ path: '/u01/system01.dbf', containerId: 0 }]);
    await expect(session.readArchivedLogs({ fromScn: 1n, toScn: 2n })).resolves.toEqual([]);
    await expect(session.countSessions('test')).resolves.toBe(2);
    await expect(session.readBackupMode()).resolves.toMatchObject({ activeFiles: 0, lowestScn: undefined });
    await expect(session.readStatus()).rejects.toMatchObject({ oracleCode: 'ORA-01507' });
    await expect(session.beginBackup()).resolves.toBeUndefined();
    await expect(session.archiveCurrentLog()).rejects.toMatchObject({ oracleCode: 'ORA-01507' });
    const material = {
      ...{ controlfile: '/arch/control.ctl', trace: '/arch/trace.sql', pfile: '/arch/init.ora' },
      manifest: { path: '/arch/files.json', lines: ['{}'] },
    };
    await expect(session.writeRestoreMaterial(material)).resolves.toEqual({ hasPfile: true, whyNoManifest: undefined });
  });
});
