import { describe, expect, it, vi } from 'vitest';
import type { FaultAction } from '../faults.js';
import { useStandIn } from './stand-in.test.fixture.js';

const { listen } = useStandIn();
const begin = 'alter database begin backup;';
const altered = '\nDatabase altered.\n\n';

describe('a fault of a statement', () => {
  it.each<[name: string, text: string, out: string]>([
    [
      'an error of Oracle',
      'ORA-01146: cannot start online backup - file 1 is already in backup',
      'alter database begin backup\n*\nERROR at line 1:\nORA-01146: cannot start online backup - file 1 is already in backup\n\n\n',
    ],
    ['an error of SQL*Plus', 'SP2-0640: Not connected', 'SP2-0640: Not connected\n'],
    [
      'an error of the network',
      'TNS-12535: TNS:operation timed out',
      'alter database begin backup\n*\nERROR at line 1:\nTNS-12535: TNS:operation timed out\n\n\n',
    ],
  ])('is %s, for the second call only', async (_, text, out) => {
    const { faults, run, database } = await listen();
    faults.inject({ match: 'begin backup', skip: 1, action: { kind: 'error', text } });
    const { stdout } = await run([begin, begin, 'alter database end backup;']);
    expect(stdout).toBe(`${altered}${out}${altered}`);
    expect(database.state.files.some(({ backup }) => backup.isActive)).toBe(false);
  });

  it.each([
    ['before', false],
    ['after', true],
  ] as const)('lets a killed client lose a statement that hangs %s its effect', async (when, isActive) => {
    const { faults, journal, start, database } = await listen();
    faults.inject({ match: 'begin backup', action: { kind: 'hang', when } });
    const { child, output, exited } = start();
    child.stdin.write(`${begin}\n`);
    await journal.waitFor(({ what }) => /begin backup/i.test(what));
    await vi.waitFor(() => expect(database.state.files.every(({ backup }) => backup.isActive)).toBe(isActive));
    child.kill('SIGKILL');
    expect(await exited).toEqual({ status: null, signal: 'SIGKILL' });
    expect(output.stdout).toBe('');
  });

  it('answers late', async () => {
    const { faults, run } = await listen();
    faults.inject({ match: 'begin backup', action: { kind: 'delay', when: 'after', ms: 80 } });
    const startedAt = performance.now();
    expect((await run([begin])).stdout).toBe(altered);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(80);
  });

  it.each<[when: 'before' | 'during' | 'output' | 'after', isActive: boolean, stdout: string]>([
    ['before', false, ''],
    ['after', true, ''],
    ['during', true, '\nDatabase '],
    ['output', true, altered],
  ])('kills the client: %s', async (when, isActive, stdout) => {
    const { faults, run, database } = await listen();
    faults.inject({ match: 'begin backup', action: { kind: 'die', when, signal: 'SIGTERM' } });
    expect(await run([begin, 'PROMPT never'])).toMatchObject({ status: null, signal: 'SIGTERM', stdout });
    expect(database.state.files.every(({ backup }) => backup.isActive)).toBe(isActive);
  });

  it('ends the client with an exit status', async () => {
    const { faults, run } = await listen();
    faults.inject({ match: 'begin backup', action: { kind: 'die', when: 'output', status: 3 } });
    expect(await run([begin])).toMatchObject({ status: 3, signal: null, stdout: altered });
  });

  it.each([
    ['before', false],
    ['after', true],
  ] as const)('loses the connection %s the effect, after a stall, for good', async (when, isActive) => {
    const { faults, run, database } = await listen();
    faults.inject({ match: 'begin backup', action: { kind: 'lose', when, stallMs: 50 } });
    const startedAt = performance.now();
    const { stdout, status } = await run([begin, 'commit;', 'commit;']);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(50);
    expect(stdout).toMatch(
      /^alter database begin backup\n\*\nERROR at line 1:\nORA-03113: .*\nProcess ID: \d+\nSession ID: \d+ Serial number: \d+\n\n\n(?:ERROR:\nORA-03114: not connected to ORACLE\n\n\n){2}$/,
    );
    expect(status).toBe(0);
    expect(database.state.files.every(({ backup }) => backup.isActive)).toBe(isActive);
  });

  it.each<[when: 'before' | 'instead' | 'after', out: string]>([
    ['before', `ORA-00600: fake\n${altered}marker 7\n`],
    ['instead', 'ORA-00600: fake\nmarker 7\n'],
    ['after', `${altered}ORA-00600: fake\nmarker 7\n`],
  ])('prints something else: %s', async (when, out) => {
    const { faults, run } = await listen();
    faults.inject({ match: 'begin backup', action: { kind: 'print', when, text: 'ORA-00600: fake\n' } });
    expect((await run([begin, 'PROMPT marker 7'])).stdout).toBe(out);
  });

  it('prints the marker of the caller, and on standard error', async () => {
    const { faults, run } = await listen();
    faults.inject({ match: 'dual', action: { kind: 'print', when: 'instead', text: '<last prompt>\n' } });
    faults.inject({ match: 'dual', action: { kind: 'print', when: 'after', text: 'noise\n', stream: 'stderr' } });
    const { stdout, stderr } = await run(['PROMPT nonce:1', 'select 1 from dual;']);
    expect({ stdout, stderr }).toEqual({ stdout: 'nonce:1\nnonce:1\n', stderr: 'noise\n' });
  });

  it('floods', async () => {
    const { faults, run } = await listen();
    faults.inject({ match: 'begin backup', action: { kind: 'flood', bytes: 200_000 } });
    const { stdout } = await run([begin]);
    expect(stdout).toHaveLength(200_000 + altered.length);
    expect(stdout.startsWith(`${'x'.repeat(79)}\nx`) && stdout.endsWith(altered)).toBe(true);
  });

  it('asks for something, and takes a line of input for the answer', async () => {
    const { faults, run, sqlplus } = await listen();
    faults.inject({ match: 'begin backup', action: { kind: 'ask', prompt: 'Enter value for 1: ' } });
    expect((await run([begin, 'PROMPT eaten', 'PROMPT on'])).stdout).toBe(`${altered}Enter value for 1: on\n`);
    expect(sqlplus.clients[0]?.input.map(({ text }) => text)).toEqual([begin, '***', 'PROMPT on']);
  });
});

describe('a fault of a logon', () => {
  const nolog = { args: ['-S', '/nolog'] };
  const connect = 'CONNECT system/"Fake-system-secret"@ORCL';

  it('refuses it once', async () => {
    const { faults, run } = await listen();
    faults.inject({ match: 'CONNECT system', action: { kind: 'error', text: 'ORA-12541: TNS:no listener' } });
    expect((await run([connect, connect, 'PROMPT on'], nolog)).stdout).toBe(
      'ERROR:\nORA-12541: TNS:no listener\n\n\non\n',
    );
  });

  it('warns that the password will expire, and lets in', async () => {
    const { faults, run } = await listen();
    const text = 'ERROR:\nORA-28002: the password will expire within 7 days\n\n\n';
    faults.inject({ match: 'CONNECT', action: { kind: 'print', when: 'after', text } });
    expect((await run([connect, 'SHOW USER'], nolog)).stdout).toBe(`${text}USER is "SYSTEM"\n`);
  });

  it('says that it has expired, and takes the next two lines for a new one', async () => {
    const { faults, run, sqlplus } = await listen();
    faults.inject({ match: 'CONNECT', action: { kind: 'error', text: 'ORA-28001: the password has expired' } });
    const { stdout } = await run([connect, 'Fake-new', 'Fake-new', 'SHOW USER'], nolog);
    expect(stdout).toMatch(/ORA-28001(?:.*\n)+Password changed\nUSER is "SYSTEM"\n$/);
    expect(JSON.stringify(sqlplus.clients)).not.toContain('Fake');
  });

  it('asks again without -L, and eats SQL', async () => {
    const { faults, run } = await listen();
    faults.inject({ match: 'CONNECT', times: 9, action: { kind: 'error', text: 'ORA-12541: TNS:no listener' } });
    const lines = ['user', 'password', 'select 1 from dual;', 'select 2 from dual;'];
    expect(await run(lines)).toMatchObject({ status: 1, stdout: expect.stringMatching(/SP2-0157/) });
  });

  it.each(['hang', 'die'] as const)('leaves no session behind when the client goes: %s', async (kind) => {
    const { faults, journal, start, database } = await listen();
    faults.inject({ match: 'CONNECT', action: { kind, when: 'after' } });
    const { child, exited } = start(nolog);
    child.stdin.write(`${connect}\n`);
    await journal.waitFor(({ what }) => what.startsWith('CONNECT'));
    child.kill('SIGKILL');
    await exited;
    await journal.waitFor(({ outcome }) => outcome !== undefined);
    await vi.waitFor(() => expect(database.state.sessions).toEqual([]));
  });

  it('runs lines of glogin.sql that change settings', async () => {
    const { faults, run } = await listen();
    const lines = ['PROMPT Welcome', 'SET LINESIZE 40', 'SET FEEDBACK OFF'];
    faults.inject({ match: 'CONNECT', action: { kind: 'glogin', lines } });
    expect((await run([connect, begin, 'SHOW LINESIZE', connect, begin], nolog)).stdout).toMatch(
      /^Welcome\nlinesize 40\nalter database begin backup\n\*\nERROR at line 1:\nORA-01146: cannot start online backup -\nfile 1 is already in backup\n/,
    );
  });
});

describe('a fault of a start', () => {
  it.each<[failure: Extract<FaultAction, { kind: 'start' }>['failure'], text: RegExp, status: number]>([
    ['message-file', /^Error 6 initializing SQL\*Plus\nSP2-0667/, 1],
    ['proxy', /^Error 46 initializing SQL\*Plus\nHTTP proxy/, 1],
    ['proxy-internal', /^Error 46 initializing SQL\*Plus\nInternal error/, 1],
    ['initialization', /^Error 45 initializing SQL\*Plus/, 1],
    ['message-library', /^Error 57 initializing SQL\*Plus/, 1],
  ])('keeps the second client from starting: %s', async (failure, text, status) => {
    const { faults, run } = await listen();
    faults.inject({ match: 'sqlplus', skip: 1, action: { kind: 'start', failure } });
    const ends = [await run(['PROMPT on']), await run(['PROMPT on']), await run(['PROMPT on'])];
    const good = { status: 0, stdout: 'on\n' };
    expect(ends).toMatchObject([good, { status, stdout: expect.stringMatching(text), stderr: '' }, good]);
  });

  it('lacks a library, which the loader says on standard error', async () => {
    const { faults, run } = await listen();
    faults.inject({ match: 'sqlplus -S', action: { kind: 'start', failure: 'library' } });
    expect(await run([])).toMatchObject({ status: 127, stdout: '', stderr: expect.stringMatching(/libsqlplus\.so/) });
  });

  it('writes byte by byte, with pauses, so that characters and markers arrive in parts', async () => {
    const { faults, run } = await listen();
    faults.inject({ match: 'sqlplus', action: { kind: 'output', pieceBytes: 1, pauseMs: 2 } });
    const { stdout, chunks } = await run(['PROMPT größer']);
    expect(stdout).toBe('größer\n');
    expect(chunks).toBeGreaterThan(2);
  });

  it('ends its lines with carriage returns', async () => {
    const { faults, run } = await listen();
    faults.inject({ match: 'sqlplus', action: { kind: 'output', lineEnd: 'crlf' } });
    expect((await run([begin])).stdout).toBe('\r\nDatabase altered.\r\n\r\n');
  });

  it('speaks another language, or is another release', async () => {
    const { faults, run } = await listen();
    faults.inject({ match: 'sqlplus', action: { kind: 'language', nlsLang: 'FRENCH_FRANCE.AL32UTF8' } });
    expect((await run([begin])).stdout).toBe('\nBase de données modifiée.\n\n');
    faults.inject({ match: 'sqlplus', action: { kind: 'release', release: '23ai' } });
    expect((await run([begin])).stdout).toContain('\nHelp: https://docs.oracle.com/error-help/db/ora-01146/\n');
  });

  it('leaves a child that keeps the output open', async () => {
    const { faults, start } = await listen();
    faults.inject({ match: 'sqlplus', action: { kind: 'orphan', ms: 400 } });
    const { child, exited, closed } = start();
    let isClosed = false;
    void closed.then(() => {
      isClosed = true;
    });
    child.stdin.end('EXIT 2\n');
    expect(await exited).toEqual({ status: 2, signal: null });
    expect(isClosed).toBe(false);
    await closed;
  });

  it('ignores signals', async () => {
    const { faults, start } = await listen();
    faults.inject({ match: 'sqlplus', action: { kind: 'ignoreSignals', signals: ['SIGINT', 'SIGTERM'] } });
    const { child, output, exited } = start();
    child.stdin.write('PROMPT ready\n');
    await vi.waitFor(() => expect(output.stdout).toBe('ready\n'), { timeout: 5000 });
    child.kill('SIGINT');
    child.kill('SIGTERM');
    child.stdin.write('PROMPT alive\n');
    await vi.waitFor(() => expect(output.stdout).toBe('ready\nalive\n'), { timeout: 5000 });
    child.kill('SIGKILL');
    expect(await exited).toEqual({ status: null, signal: 'SIGKILL' });
  });

  it('dies, is late, or never says anything', async () => {
    const { faults, run, start, sqlplus } = await listen();
    faults.inject({ match: 'sqlplus', action: { kind: 'die', when: 'before', status: 134 } });
    expect(await run(['PROMPT on'])).toMatchObject({ status: 134, stdout: '' });
    faults.inject({ match: 'sqlplus', action: { kind: 'delay', when: 'before', ms: 60 } });
    const startedAt = performance.now();
    expect(await run(['PROMPT on'])).toMatchObject({ status: 0, stdout: 'on\n' });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(60);
    faults.inject({ match: 'sqlplus', action: { kind: 'hang', when: 'before' } });
    const { child, output, exited } = start();
    child.stdin.end('PROMPT on\n');
    await vi.waitFor(() => expect(sqlplus.clients).toHaveLength(3), { timeout: 10_000 });
    expect((await run(['PROMPT other'])).stdout).toBe('other\n');
    expect(output.stdout).toBe('');
    child.kill('SIGKILL');
    await exited;
  });

  it('is not met by a fault that means a statement', async () => {
    const { faults, run, journal } = await listen();
    faults.inject({ match: 'ORCL', action: { kind: 'error', text: 'ORA-12541: TNS:no listener' } });
    await run(['system/Fake-system-secret@ORCL']);
    expect(journal.entries[0]?.outcome).toMatch(/ORA-12541/);
  });
});
