import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createOracleControl, type OracleControlOptions } from './oracle-control.js';
import {
  allOf,
  controlOf,
  createHome,
  fakePassword,
  outcomeOf,
  processesOf,
  sqlplus,
} from './scripted-sqlplus.test.fixture.js';

/** A control whose sqlplus is this script, and what it logs. */
const setUp = async (script: string, options: Partial<OracleControlOptions> = {}) => {
  const home = await createHome(script);
  const log: object[] = [];
  const write = (fields: object, message: string) => void log.push({ ...fields, message });
  return { home, log, control: controlOf(home, { log: { debug: write, warn: write }, ...options }) };
};

/** The error of a logon that fails, after which no process may be left and no secret told. */
const logonFailure = async (script: string, limits: OracleControlOptions['limits'] = {}) => {
  const { home, control, log } = await setUp(script, { limits });
  const error = await outcomeOf(control.openSession({ purpose: 'test' }));
  expect(processesOf(home)).toEqual([]);
  expect(allOf(error) + JSON.stringify(log)).not.toContain(fakePassword);
  return error;
};

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

const connectError = (text: string) => sqlplus(`CONNECT*) printf 'ERROR:\\n${text}\\n\\n\\n' ;;`);
const isStartError = (message: string, hint: string) => ({
  code: 'SQLPLUS_START',
  outcome: 'refused',
  message: expect.stringContaining(message),
  hint: expect.stringContaining(hint),
});

describe('a sqlplus that does not start', () => {
  it.each([
    ['Error 6 initializing SQL*Plus', 'oracleHome must be'],
    ['SP2-0750: You may need to set ORACLE_HOME', 'oracleHome must be'],
    ['SP2-1502: The HTTP proxy server', 'http_proxy'],
    ['Error 45 initializing SQL*Plus\\nInternal error', 'by hand'],
    ['Error 46 initializing SQL*Plus\\nInternal error', 'http_proxy'],
    ['Error 57 initializing SQL*Plus\\nError loading message shared library', 'repair or reinstall'],
    ['Usage 1: sqlplus -H | -V', 'by hand'],
    ['', 'by hand'],
  ])('is named with a hint, whatever its status: %s', async (text, hint) => {
    for (const status of [0, 1]) {
      const error = await logonFailure(`printf '${text}'; exit ${status}`);
      expect(error).toMatchObject(isStartError(`(exit status ${status}): ${text.split('\\n')[0]}`, hint));
    }
  });

  it('is named when it lacks a library', async () =>
    expect(
      await logonFailure('echo "sqlplus: error while loading shared libraries: libsqlplus.so" >&2; exit 127'),
    ).toMatchObject(isStartError('exit status 127', 'A library of sqlplus is missing')));

  it('is named when something kills it', async () =>
    expect(await logonFailure('kill -KILL $$')).toMatchObject(
      isStartError('(SIGKILL): it printed nothing', 'log of the system'),
    ));

  it('is named when it is a program for another machine', async () => {
    const { home, control } = await setUp('');
    // The header of a program for System z, and nothing after it. What cannot be run is tried as a shell script.
    await writeFile(join(home, 'bin/sqlplus'), Buffer.from('7f454c4602020100000000000000000000020016', 'hex'));
    const error = await outcomeOf(control.openSession({ purpose: 'test' }));
    expect(error).toMatchObject({ code: 'SQLPLUS_START', hint: expect.stringContaining('program for this machine') });
    expect(processesOf(home)).toEqual([]);
  });

  it('is named when it is a directory, or may not be executed', async () => {
    const { home, control } = await setUp('');
    await chmod(join(home, 'bin/sqlplus'), 0o644);
    await expect(control.openSession({ purpose: 'test' })).rejects.toMatchObject(
      isStartError('cannot be executed', 'right'),
    );
    await mkdir(join(home, 'other/bin/sqlplus'), { recursive: true });
    const other = controlOf(join(home, 'other'));
    await expect(other.openSession({ purpose: 'test' })).rejects.toMatchObject(
      isStartError('is a directory', 'oracleHome'),
    );
  });

  it('ends in time when it is silent', async () =>
    expect(await logonFailure('cat > /dev/null', { startMs: 100 })).toMatchObject({
      code: 'SQLPLUS_TIMEOUT',
      statement: 'sqlplus',
      timeoutMs: 100,
    }));

  it('is not told the password when it is no sqlplus', async () => {
    const { home, control } = await setUp('cat > $HERE/input', { limits: { startMs: 100 } });
    await expect(control.openSession({ purpose: 'test' })).rejects.toMatchObject({ code: 'SQLPLUS_TIMEOUT' });
    expect(await readFile(join(home, 'input'), 'utf8')).not.toContain(fakePassword);
  });

  it('leaves nothing behind that it started itself', async () =>
    expect(await logonFailure(`sh -c 'trap "" TERM; while :; do sleep 1; done' & exit 1`)).toMatchObject({
      code: 'SQLPLUS_START',
    }));
});

describe('a sqlplus that asks', () => {
  it.each([
    ['Enter password: ', 'Enter password:'],
    ['Enter user-name: ', 'Enter user-name:'],
    ['Enter value for x: ', 'Enter value for x:'],
    ['Specify log: {<RET>=suggested | filename | AUTO | CANCEL}', 'CANCEL}'],
  ])('ends in time, and its question is told: %s', async (question, told) =>
    expect(
      await logonFailure(sqlplus(`CONNECT*) printf '${question}'; read -r a; read -r b ;;`), { connectMs: 100 }),
    ).toMatchObject({
      code: 'SQLPLUS_TIMEOUT',
      statement: 'CONNECT',
      isUnreachable: true,
      output: question.trim(),
      hint: expect.stringContaining(told),
    }),
  );

  it('for a new password gets none, and the expired one is what is told', async () => {
    const prompt = `CONNECT*) printf 'ERROR:\\nORA-28001: the password has expired\\n\\nChanging password for system\\nNew password: '; read -r a; echo "$a" > $HERE/taken; printf 'Retype new password: '; read -r b; exit 0 ;;`;
    expect(await logonFailure(sqlplus(prompt))).toMatchObject({
      oracleCode: 'ORA-28001',
      isLogonRefused: true,
      hint: expect.stringContaining('log on once by hand'),
    });
  });
});

describe('logging on', () => {
  it('keeps the password off the argument list and out of the environment, the files and the log', async () => {
    const look = `tr '\\0' ' ' < /proc/$$/cmdline > $HERE/seen; echo "$@" >> $HERE/seen; env >> $HERE/seen; ls -A >> $HERE/seen`;
    const { home, control, log } = await setUp(`${look}\n${sqlplus('CONNECT*) echo "$line" > $HERE/input ;;')}`);
    await using session = await control.openSession({ purpose: "it's a test" });
    const seen = await readFile(join(home, 'seen'), 'utf8');
    expect(seen).toContain('-S -L /nolog');
    expect(seen).not.toContain(fakePassword);
    expect(await readFile(join(home, 'input'), 'utf8')).toBe(`CONNECT system/"${fakePassword}"@ORCL\n`);
    await session.close();
    expect(JSON.stringify(log)).not.toContain(fakePassword);
    expect(processesOf(home)).toEqual([]);
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

  it.each([
    'ORA-28002: the password will expire within 7 days',
    'ORA-28011: the account will expire soon',
    'ORA-32004: obsolete',
  ])('is not disturbed by %s', async (text) => {
    const { control, log } = await setUp(connectError(text));
    const session = await control.openSession({ purpose: 'test' });
    await session.close();
    expect(log).toContainEqual({ statement: 'CONNECT', warnings: [text], message: 'database warned' });
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
    await expect(session.countSessions('test')).rejects.toThrow('cannot be found');
    await session.close();
    expect(log).toContainEqual({ code: 'ORA-06550', message: 'session not labelled' });
  });

  it('is not disturbed by glogin.sql or by settings that a client does not know', async () => {
    const { control } = await setUp(
      sqlplus(
        `CONNECT*) echo 'Welcome to production'; echo 'SP2-0158: unknown SET option "x"' ;; 'SET ERRORDETAILS'*) echo 'SP2-0158: unknown SET option' ;;`,
      ),
    );
    const session = await control.openSession({ purpose: 'test' });
    await expect(session.close()).resolves.toBeUndefined();
  });

  it('ends in time when the listener never answers, even if sqlplus ignores SIGTERM', async () =>
    expect(
      await logonFailure(`trap '' TERM\n${sqlplus('CONNECT*) while :; do sleep 1; done ;;')}`, { connectMs: 100 }),
    ).toMatchObject({ code: 'SQLPLUS_TIMEOUT', statement: 'CONNECT', isUnreachable: true }));

  it('ends when sqlplus floods', async () =>
    expect(await logonFailure(sqlplus('CONNECT*) yes ;;'), { answerCharacters: 100_000 })).toMatchObject({
      code: 'ORACLE',
      message: expect.stringContaining('more than 100000 characters'),
      hint: expect.stringContaining('glogin.sql'),
      output: expect.stringMatching(/^[y\n]{16384}$/),
    }));

  it('ends when sqlplus dies', async () =>
    expect(await logonFailure(sqlplus(`CONNECT*) echo "not $line"; kill -SEGV $$ ;;`))).toMatchObject({
      code: 'ORACLE',
      outcome: 'unknown',
      output: 'not CONNECT system/"***"@ORCL',
      hint: expect.stringContaining('ended by itself'),
    }));

  it('can be cancelled', async () => {
    const { home, control } = await setUp(sqlplus('CONNECT*) touch $HERE/reached; sleep 60 ;;'));
    const abort = new AbortController();
    const failure = outcomeOf(control.openSession({ purpose: 'test', signal: abort.signal }));
    await expect.poll(() => exists(join(home, 'reached'))).toBe(true);
    abort.abort(new Error('interrupted by SIGINT'));
    expect(await failure).toEqual(new Error('interrupted by SIGINT'));
    expect(processesOf(home)).toEqual([]);
  });

  it('starts nothing when it was cancelled before', async () => {
    const { home, control } = await setUp('touch $HERE/started');
    const signal = AbortSignal.abort('too late');
    await expect(control.openSession({ purpose: 'test', signal })).rejects.toBe('too late');
    expect(await exists(join(home, 'started'))).toBe(false);
  });

  it('can be cancelled for a reason that is no error', async () => {
    const { control } = await setUp(sqlplus(''));
    const abort = new AbortController();
    const failure = outcomeOf(control.openSession({ purpose: 'test', signal: abort.signal }));
    abort.abort('changed my mind');
    await expect(failure).resolves.toMatchObject({ message: 'logging on was cancelled', cause: 'changed my mind' });
  });

  it('needs no password, log or role', async () => {
    const home = await createHome(sqlplus('CONNECT*) echo "$line" > $HERE/input; exit 1 ;;'));
    const control = createOracleControl({ oracleHome: home, sid: 'ORCL', logon: { kind: 'os' } });
    await expect(control.openSession({ purpose: 'test' })).rejects.toThrow('exit status 1');
    expect(await readFile(join(home, 'input'), 'utf8')).toBe('CONNECT /\n');
  });

  it('starts nothing for a purpose with a newline', async () => {
    const { home, control } = await setUp('touch $HERE/started');
    await expect(control.openSession({ purpose: 'a\nHOST rm' })).rejects.toMatchObject({ code: 'ORACLE_INPUT' });
    expect(await exists(join(home, 'started'))).toBe(false);
  });
});
