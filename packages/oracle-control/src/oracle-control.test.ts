import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { createOracleControl, type OracleControlOptions } from './oracle-control.js';

const password = 'Fake-pw1&x';
const homes: string[] = [];
afterEach(async () => {
  for (const home of homes.splice(0)) await rm(home, { recursive: true });
});

/** Answers CONNECT and the label as sqlplus does, and each of `cases` in place of them or besides. */
const sqlplus = (cases: string) => `
while IFS= read -r line; do
  case "$line" in
    ${cases}
    'PROMPT '*) echo "\${line#PROMPT }" ;;
    /) printf '\\nPL/SQL procedure successfully completed.\\n\\n' ;;
  esac
done`;

/** A control whose sqlplus is a shell script. `$HERE` of the script is `home`; its process id is in `home`/pid. */
const setUp = async (script: string, limits: OracleControlOptions['limits'] = {}) => {
  const home = await mkdtemp(join(tmpdir(), 'orasync-home-'));
  homes.push(home);
  await mkdir(join(home, 'bin'));
  await writeFile(join(home, 'bin/sqlplus'), `#!/bin/sh\nHERE='${home}'\necho $$ > $HERE/pid\n${script}\n`);
  await chmod(join(home, 'bin/sqlplus'), 0o755);
  const log: object[] = [];
  const control = createOracleControl({
    oracleHome: home,
    logon: { kind: 'password', user: 'system', password, connectIdentifier: 'ORCL' },
    limits: { exitMs: 300, killGraceMs: 200, ...limits },
    log: {
      debug: (fields, message) => void log.push({ ...fields, message }),
      warn: (fields, message) => void log.push({ ...fields, message }),
    },
  });
  return { home, control, log };
};

const isRunning = async (home: string) => {
  try {
    return process.kill(Number(await readFile(join(home, 'pid'), 'utf8')), 0);
  } catch {
    return false;
  }
};

/** The error of a logon that fails, after which no process may be left. */
const logonFailure = async (script: string, limits: OracleControlOptions['limits'] = {}) => {
  const { home, control } = await setUp(script, limits);
  const error: unknown = await control.openSession({ purpose: 'test' }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(await isRunning(home)).toBe(false);
  expect(inspect(error, { depth: 9 })).not.toContain(password);
  return error;
};

const connectError = (text: string) => sqlplus(`CONNECT*) printf 'ERROR:\\n${text}\\n\\n\\n' ;;`);

describe('logging on', () => {
  it('keeps the password off the argument list and out of the environment', async () => {
    const look = `tr '\\0' ' ' < /proc/$$/cmdline > $HERE/seen; echo "$@" >> $HERE/seen; env >> $HERE/seen`;
    const { home, control, log } = await setUp(`${look}\n${sqlplus('CONNECT*) echo "$line" > $HERE/input ;;')}`);
    await using session = await control.openSession({ purpose: "it's a test" });
    const seen = await readFile(join(home, 'seen'), 'utf8');
    expect(seen).toContain('-S -L /nolog');
    expect(seen).not.toContain(password);
    expect(await readFile(join(home, 'input'), 'utf8')).toBe(`CONNECT system/"${password}"@ORCL\n`);
    await session.close();
    expect(JSON.stringify(log)).not.toContain(password);
    expect(await isRunning(home)).toBe(false);
  });

  it('is refused with the code of the database', async () =>
    expect(await logonFailure(connectError('ORA-01017: invalid username/password; logon denied'))).toMatchObject({
      code: 'ORACLE',
      oracleCode: 'ORA-01017',
      statement: 'CONNECT',
      isLogonRefused: true,
      outcome: 'refused',
    }));

  it('tells an unreachable database from a refused logon', async () =>
    expect(await logonFailure(connectError('ORA-12541: TNS:no listener'))).toMatchObject({
      isUnreachable: true,
      isLogonRefused: false,
    }));

  it('is not disturbed by a password that expires soon', async () => {
    const { control, log } = await setUp(connectError('ORA-28002: the password will expire within 7 days'));
    const session = await control.openSession({ purpose: 'test' });
    await session.close();
    expect(log).toContainEqual({
      statement: 'CONNECT',
      warnings: ['ORA-28002: the password will expire within 7 days'],
      message: 'database warned',
    });
  });

  it('does not hang on an expired password, whose prompt eats the input', async () => {
    const prompt = `CONNECT*) printf 'ERROR:\\nORA-28001: the password has expired\\n\\nChanging password for system\\nNew password: '; read -r a; printf 'Retype new password: '; read -r b; exit 0 ;;`;
    expect(await logonFailure(sqlplus(prompt))).toMatchObject({ oracleCode: 'ORA-28001', isLogonRefused: true });
  });

  it('takes an instance that is down for an unreachable database', async () =>
    expect(
      await logonFailure(sqlplus(`/) printf 'ERROR at line 1:\\nORA-01034: ORACLE not available\\n\\n\\n' ;;`)),
    ).toMatchObject({ oracleCode: 'ORA-01034', isUnreachable: true }));

  it('does not believe in a logon that nobody answers for', async () =>
    expect(await logonFailure(sqlplus(`/) echo 'SP2-0640: Not connected' ;;`))).toMatchObject({
      oracleCode: 'SP2-0640',
    }));

  it('goes on without a label where a mounted database has no packages', async () => {
    const { control, log } = await setUp(sqlplus(`/) printf 'ERROR at line 1:\\nORA-06550: line 1\\n' ;;`));
    const session = await control.openSession({ purpose: 'test' });
    await expect(session.countSessions('test')).rejects.toThrow('cannot be counted');
    await session.close();
    expect(log).toContainEqual({ code: 'ORA-06550', message: 'session not labelled' });
  });

  it('is not disturbed by glogin.sql or by settings that a client does not know', async () => {
    const { control } = await setUp(
      sqlplus(`CONNECT*) echo 'Welcome to production' ;; 'SET ERRORDETAILS'*) echo 'SP2-0158: unknown SET option' ;;`),
    );
    const session = await control.openSession({ purpose: 'test' });
    await expect(session.close()).resolves.toBeUndefined();
  });

  it('names a sqlplus that lacks a library', async () =>
    expect(
      await logonFailure('echo "sqlplus: error while loading shared libraries: libsqlplus.so" >&2; exit 127'),
    ).toMatchObject({
      code: 'SQLPLUS_START',
      message: expect.stringContaining('exit status 127'),
      outcome: 'refused',
    }));

  it('names a home that does not fit its sqlplus', async () =>
    expect(
      await logonFailure('echo "Error 6 initializing SQL*Plus"; echo "SP2-0750: You may need to set ORACLE_HOME"'),
    ).toMatchObject({ code: 'SQLPLUS_START', message: expect.stringContaining('Error 6') }));

  it('ends in time when sqlplus never answers', async () =>
    expect(await logonFailure('cat > /dev/null', { startMs: 100 })).toMatchObject({
      code: 'SQLPLUS_TIMEOUT',
      statement: 'sqlplus',
      timeoutMs: 100,
    }));

  it('ends in time when the listener never answers, even if sqlplus ignores SIGTERM', async () =>
    expect(
      await logonFailure(`trap '' TERM\n${sqlplus('CONNECT*) while :; do sleep 1; done ;;')}`, { connectMs: 100 }),
    ).toMatchObject({ code: 'SQLPLUS_TIMEOUT', statement: 'CONNECT', isUnreachable: true }));

  it('ends when sqlplus floods', async () =>
    expect(await logonFailure(sqlplus('CONNECT*) yes ;;'), { answerCharacters: 100_000 })).toMatchObject({
      code: 'ORACLE',
      message: expect.stringContaining('more than 100000 characters'),
    }));

  it('ends when sqlplus dies', async () =>
    expect(await logonFailure(sqlplus(`CONNECT*) echo "not $line"; kill -SEGV $$ ;;`))).toMatchObject({
      code: 'ORACLE',
      outcome: 'unknown',
      output: 'not CONNECT system/"***"@ORCL',
    }));

  it('can be cancelled', async () => {
    const { home, control } = await setUp(sqlplus('CONNECT*) touch $HERE/reached; sleep 60 ;;'));
    const abort = new AbortController();
    const opening = control.openSession({ purpose: 'test', signal: abort.signal });
    opening.catch(() => undefined);
    await expect
      .poll(() =>
        stat(join(home, 'reached')).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    abort.abort(new Error('interrupted by SIGINT'));
    await expect(opening).rejects.toThrow('interrupted by SIGINT');
    expect(await isRunning(home)).toBe(false);
  });

  it('starts nothing when it was cancelled before', async () => {
    const { home, control } = await setUp(sqlplus(''));
    const signal = AbortSignal.abort('too late');
    await expect(control.openSession({ purpose: 'test', signal })).rejects.toBe('too late');
    await expect(stat(join(home, 'pid'))).rejects.toThrow('ENOENT');
  });

  it('can be cancelled for a reason that is no error', async () => {
    const { control } = await setUp(sqlplus(''));
    const abort = new AbortController();
    const opening = control.openSession({ purpose: 'test', signal: abort.signal });
    opening.catch(() => undefined);
    abort.abort('changed my mind');
    await expect(opening).rejects.toMatchObject({ message: 'logging on was cancelled', cause: 'changed my mind' });
  });

  it('needs no password, log or role', async () => {
    const { home } = await setUp(sqlplus('CONNECT*) echo "$line" > $HERE/input; exit 1 ;;'));
    const control = createOracleControl({ oracleHome: home, sid: 'ORCL', logon: { kind: 'os' } });
    await expect(control.openSession({ purpose: 'test' })).rejects.toThrow('exit status 1');
    expect(await readFile(join(home, 'input'), 'utf8')).toBe('CONNECT /\n');
  });

  it('starts nothing for a purpose with a newline', async () => {
    const { home, control } = await setUp(sqlplus(''));
    await expect(control.openSession({ purpose: 'a\nHOST rm' })).rejects.toMatchObject({ code: 'ORACLE_INPUT' });
    await expect(stat(join(home, 'pid'))).rejects.toThrow('ENOENT');
  });
});

describe('a session', () => {
  const backupRow = `"WHERE status = 'ACTIVE';") echo '~4|1|900|900|10|30|' ;;`;
  const ended = `'ALTER DATABASE END BACKUP;') printf '\\nDatabase altered.\\n\\n' ;;`;

  it('ends backup mode, and tells what it was just before', async () => {
    const { control } = await setUp(sqlplus(`${backupRow} ${ended}`));
    await using session = await control.openSession({ purpose: 'test' });
    await expect(session.endBackup({ fromScn: 0n })).resolves.toEqual({
      before: {
        activeFiles: 4,
        distinctScns: 1,
        lowestScn: 900n,
        highestScn: 900n,
        fileNumberSum: 10n,
        fileNumberSquareSum: 30n,
      },
    });
  });

  it('ends backup mode although the read before it fails', async () => {
    const { control, log } = await setUp(sqlplus(`"WHERE status = 'ACTIVE';") echo 'ORA-00942: no view' ;; ${ended}`));
    await using session = await control.openSession({ purpose: 'test' });
    await expect(session.endBackup({ fromScn: 0n })).resolves.toEqual({ before: undefined });
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
    expect(await isRunning(home)).toBe(true);
    await writeFile(join(home, 'checkpointed'), '');
    await expect.poll(() => isRunning(home)).toBe(false);
    expect(log).toContainEqual({
      statement: 'ALTER DATABASE BEGIN BACKUP',
      message: 'statement ended after its time limit',
    });
  });

  it('kills an ARCHIVE LOG CURRENT that takes too long', async () => {
    const { home, control } = await setUp(sqlplus(`'ALTER SYSTEM ARCHIVE'*) sleep 60 ;;`), { archiveMs: 100 });
    const session = await control.openSession({ purpose: 'test' });
    await expect(session.archiveCurrentLog()).rejects.toMatchObject({
      code: 'SQLPLUS_TIMEOUT',
      statement: 'ALTER SYSTEM ARCHIVE LOG CURRENT',
      isStillRunning: false,
    });
    expect(await isRunning(home)).toBe(false);
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
        'CREATE PFILE'*) printf '\nFile created.\n\n' ;;`),
    );
    await using session = await control.openSession({ purpose: 'test' });
    await expect(session.readDatafiles()).resolves.toMatchObject([{ path: '/u01/system01.dbf', containerId: 0 }]);
    await expect(session.readArchivedLogs({ fromScn: 1n, toScn: 2n })).resolves.toEqual([]);
    await expect(session.countSessions('test')).resolves.toBe(2);
    await expect(session.readBackupMode()).resolves.toMatchObject({ activeFiles: 0, lowestScn: undefined });
    await expect(session.readStatus()).rejects.toMatchObject({ oracleCode: 'ORA-01507' });
    await expect(session.beginBackup()).resolves.toBeUndefined();
    await expect(session.archiveCurrentLog()).resolves.toBeUndefined();
    const paths = { controlfile: '/arch/control.ctl', trace: '/arch/trace.sql', pfile: '/arch/init.ora' };
    await expect(session.writeRestoreMaterial(paths)).resolves.toEqual({ hasPfile: true });
  });
});
