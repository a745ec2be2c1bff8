import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { connectString, useStandIn } from './stand-in.test.fixture.js';

const { listen } = useStandIn();

/** A directory with these files, gone after the test. */
const directoryWith = async (files: Readonly<Record<string, string>>): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'orasync-files-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  return directory;
};

const local = ['-S', '/', 'as', 'sysdba'];
const nolog = ['-S', '/nolog'];
const password = '"Fake-system-secret"';

describe('the environment of a client', () => {
  it('may be empty, for a logon through the network and a local one', async () => {
    const { run } = await listen();
    for (const args of [['-S', connectString], local])
      expect(await run(['SHOW USER'], { args })).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(/^USER is "SYS/),
      });
  });

  it('keeps a client of another ORACLE_HOME from starting', async () => {
    const { run, sqlplus } = await listen();
    const other = await directoryWith({});
    expect(await run([], { env: { ORACLE_HOME: other } })).toMatchObject({
      status: 1,
      stdout:
        'Error 6 initializing SQL*Plus\nSP2-0667: Message file sp1<lang>.msb not found\nSP2-0750: You may need to set ORACLE_HOME to your Oracle software directory\n',
    });
    await symlink(sqlplus.home, join(other, 'home'));
    for (const home of [sqlplus.home, `${sqlplus.home}/`, join(other, 'home')])
      expect(await run(['PROMPT on'], { env: { ORACLE_HOME: home } })).toMatchObject({ status: 0, stdout: 'on\n' });
  });

  it('keeps a client from starting whose http_proxy cannot be reached', async () => {
    const { run } = await listen();
    const server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const proxied = (http_proxy: string) => run(['PROMPT on'], { env: { http_proxy } });
    expect((await proxied(`127.0.0.1:${port}`)).stdout).toBe('on\n');
    await new Promise<void>((resolve) => void server.close(() => resolve()));
    expect(await proxied(`http://127.0.0.1:${port}`)).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/^Error 46 .*\n.*\nSP2-1502/),
    });
    expect((await proxied('http://no host/')).status).toBe(1);
  });

  it('must name the instance for a local logon', async () => {
    const { run, sqlplus } = await listen();
    const inHome = (more: NodeJS.ProcessEnv) => ({ args: local, env: { ORACLE_HOME: sqlplus.home, ...more } });
    expect((await run([], inHome({}))).stdout).toContain('ORA-12162: TNS:net service name is incorrectly specified\n');
    expect((await run([], inHome({ ORACLE_SID: 'OTHER' }))).stdout).toContain('ORA-01034: ORACLE not available\n');
    expect((await run(['SHOW USER'], inHome({ ORACLE_SID: 'ORCL' }))).stdout).toBe('USER is "SYS"\n');
  });

  it('redirects a local logon with TWO_TASK', async () => {
    const { run, journal } = await listen();
    const env = { TWO_TASK: 'ORCL', ORACLE_SID: 'ORCL' };
    await run([], { args: ['-S', 'system/Fake-system-secret'], env });
    expect(journal.entries[0]?.what).toBe('CONNECT system@ORCL');
    expect((await run([], { args: local, env })).stdout).toContain('ORA-01017');
  });

  it('says with TNS_ADMIN where aliases are defined', async () => {
    const { run, journal } = await listen();
    const names =
      '# names\nOTHER = (DESCRIPTION = (CONNECT_DATA = (SID = NONE)))\nPROD, prod.world =\n  (DESCRIPTION =\n    (CONNECT_DATA = (SERVICE_NAME = ORCL)))\n';
    const env = { TNS_ADMIN: await directoryWith({ 'tnsnames.ora': names }) };
    const to = (alias: string) =>
      run([`CONNECT system/${password}@${alias}`, 'SHOW USER'], { args: nolog, env }).then(({ stdout }) => stdout);
    expect(await to('prod')).toBe('USER is "SYSTEM"\n');
    expect(journal.entries.at(-1)?.what).toContain('SERVICE_NAME=ORCL');
    expect(await to('prod.world')).toBe('USER is "SYSTEM"\n');
    expect(await to('//dbhost:1521/ORCL')).toBe('USER is "SYSTEM"\n');
    expect(await to('other')).toContain('ORA-12514');
    expect(await to('ORCL')).toContain('ORA-12154');
    const nowhere = { TNS_ADMIN: join(env.TNS_ADMIN, 'nowhere') };
    expect((await run([], { args: ['-S', '-L', connectString], env: nowhere })).stdout).toContain('ORA-12154');
  });

  it('chooses the language of what the client says', async () => {
    const { run } = await listen();
    const end = 'alter database end backup;';
    const lines = [end, 'alter database begin backup;', end, 'CONNECT system/wrong@ORCL'];
    const spoken = async (NLS_LANG: string) => (await run(lines, { env: { NLS_LANG } })).stdout;
    expect(await spoken('SPANISH_SPAIN.AL32UTF8')).toBe(
      'alter database end backup\n*\nERROR en línea 1:\nORA-01142: no se puede finalizar la copia de seguridad en línea - ningún\narchivo está en copia de seguridad\n\n\n' +
        '\nBase de datos modificada.\n\n'.repeat(2) +
        'ERROR:\nORA-01017: nombre de usuario/contraseña no válidos; conexión denegada\n\n\nWarning: You are no longer connected to ORACLE.\n',
    );
    expect(await spoken('FRENCH_FRANCE.US7ASCII')).toMatch(
      /^alter.*\n\*\nERREUR \? la ligne 1 :\nORA-01142: impossible/,
    );
  });

  it('writes in the character set of NLS_LANG, and loses what that lacks', async () => {
    const { run, start } = await listen();
    const lines = ['SET PAGESIZE 0 FEEDBACK OFF', "select 'größer €' from dual;", 'PROMPT größer'];
    const printed = async (env: NodeJS.ProcessEnv) => (await run(lines, { env })).stdout;
    expect(await printed({ NLS_LANG: 'AMERICAN_AMERICA.AL32UTF8' })).toBe('größer €\ngrößer\n');
    expect(await printed({})).toBe('gr??er ?\ngrößer\n');
    const { child, closed } = start({ env: { NLS_LANG: '.WE8ISO8859P1' } });
    const chunks: Buffer[] = [];
    child.stdout.removeAllListeners('data').setEncoding('latin1');
    child.stdout.on('data', (text: string) => void chunks.push(Buffer.from(text, 'latin1')));
    child.stdin.end(Buffer.from(`${lines[0]}\nselect 'größer' from dual;\n`, 'latin1'));
    await closed;
    expect(Buffer.concat(chunks).toString('latin1')).toBe('größer\n');
  });

  it('shows dates and numbers as the territory does, and dates as NLS_DATE_FORMAT says beside NLS_LANG', async () => {
    const { run } = await listen();
    const lines = ['SET PAGESIZE 0 FEEDBACK OFF TAB OFF', "select to_date('2024-03-02','YYYY-MM-DD'), 1/4 from dual;"];
    const printed = async (env: NodeJS.ProcessEnv) => (await run(lines, { env })).stdout;
    expect(await printed({ NLS_LANG: 'FRENCH_FRANCE' })).toMatch(/^02\/03\/24 +,25\n$/);
    expect(await printed({ NLS_DATE_FORMAT: 'YYYY' })).toMatch(/^02-MAR-24 +\.25\n$/);
    expect(await printed({ NLS_LANG: 'AMERICAN', NLS_DATE_FORMAT: 'YYYY' })).toMatch(/^2024 +\.25\n$/);
  });

  it('turns the Help lines of 23ai off', async () => {
    const { run } = await listen({ release: '23ai' });
    const line = 'alter database end backup;';
    expect((await run([line])).stdout).toContain('Help:');
    expect((await run([line], { env: { ORA_SUPPRESS_ERROR_URL: 'TRUE' } })).stdout).not.toContain('Help:');
  });
});

describe('profiles', () => {
  const connect = `CONNECT system/${password}@ORCL`;

  it.each<[release: '12.1' | '19c', where: string, isRead: boolean]>([
    ['12.1', 'cwd', true],
    ['12.1', 'SQLPATH', true],
    ['12.1', 'ORACLE_PATH', false],
    ['19c', 'cwd', false],
    ['19c', 'SQLPATH', false],
    ['19c', 'ORACLE_PATH', true],
  ])('of a user: %s looks in %s: %s', async (release, where, isRead) => {
    const { run } = await listen({ release });
    const directory = await directoryWith({ 'login.sql': 'PROMPT mine\n' });
    const how = where === 'cwd' ? { cwd: directory } : { env: { [where]: `/nowhere:${directory}` } };
    const { stdout } = await run([connect, 'PROMPT on'], { args: nolog, ...how });
    expect(stdout).toBe(`${isRead ? 'mine\n' : ''}on\n`);
  });

  it('of the site comes first, and -R 3 leaves out that of the user alone', async () => {
    const { run, sqlplus } = await listen();
    await mkdir(join(sqlplus.home, 'sqlplus', 'admin'), { recursive: true });
    await writeFile(join(sqlplus.home, 'sqlplus', 'admin', 'glogin.sql'), 'PROMPT site\n');
    const env = { ORACLE_PATH: await directoryWith({ 'login.sql': 'PROMPT mine\n' }) };
    expect((await run([connect], { args: nolog, env })).stdout).toBe('site\nmine\n');
    expect((await run([connect], { args: ['-S', '-R', '3', '/nolog'], env })).stdout).toBe('site\n');
  });
});

describe('files', () => {
  it('are run by @, @@ and START, with parameters, from where the client is and from SQLPATH', async () => {
    const { run } = await listen();
    const sqlpath = await directoryWith({ 'there.sql': 'PROMPT there &1\n@@beside\n', 'beside.sql': 'PROMPT beside' });
    const cwd = await directoryWith({ 'here.sql': "select 'x' a\nfrom dual\n/\nPROMPT here", 'q.txt': 'EXIT 7' });
    const lines = [
      'SET PAGESIZE 0 FEEDBACK OFF',
      '@here',
      "START there 'one word'",
      '@missing',
      '@q.txt',
      'PROMPT never',
    ];
    expect(await run(lines, { cwd, env: { SQLPATH: sqlpath } })).toMatchObject({
      stdout: 'x\nhere\nthere one word\nbeside\nSP2-0310: unable to open file "missing.sql"\n',
      status: 7,
    });
    expect((await run([], { args: ['-S', connectString, '@q.txt'], cwd })).status).toBe(7);
  });

  it('begin with the logon when the command line has none', async () => {
    const { run } = await listen();
    const cwd = await directoryWith({ 'all.sql': `${connectString}\nSHOW USER\nEXIT\n` });
    expect((await run([], { args: ['-S', '@all'], cwd })).stdout).toBe('USER is "SYSTEM"\n');
  });

  it('take their answers from standard input', async () => {
    const { run } = await listen();
    const cwd = await directoryWith({ 'ask.sql': "ACCEPT a PROMPT 'who? '\nPROMPT &a &b\nPAUSE wait" });
    const lines = ['SET VERIFY OFF', '@ask', 'me', 'you', '', 'PROMPT on'];
    expect((await run(lines, { cwd })).stdout).toBe('who? Enter value for b: me you\nwait\non\n');
  });

  it('show no prompts of their own without -S', async () => {
    const { run } = await listen();
    const cwd = await directoryWith({ 'a.sql': 'PROMPT a\nPROMPT b' });
    const { stdout } = await run(['@a'], { args: ['-NOLOGINTIME', connectString], cwd });
    expect(stdout).toMatch(/\nSQL> a\nb\nSQL> Disconnected/);
  });

  it('are shown with ECHO ON, and what they print is hidden with TERMOUT OFF', async () => {
    const { run } = await listen();
    const cwd = await directoryWith({ 'a.sql': 'PROMPT a' });
    const lines = ['SET ECHO ON', '@a', 'SET ECHO OFF TERMOUT OFF', '@a', 'PROMPT b'];
    expect((await run(lines, { cwd })).stdout).toBe('SQL> PROMPT a\na\nb\n');
  });

  it('are written by SPOOL', async () => {
    const { run } = await listen();
    const cwd = await directoryWith({ 'old.lst': 'old\n' });
    const lines = ['SPOOL new.txt', 'PROMPT one', 'SPOOL', 'SPOOL OFF', 'SPOOL old APPEND', 'PROMPT two', 'SPOOL'];
    expect((await run(lines, { cwd })).stdout).toBe(
      'one\ncurrently spooling to new.txt\ntwo\ncurrently spooling to old.lst\n',
    );
    expect(await readFile(join(cwd, 'new.txt'), 'utf8')).toBe('one\ncurrently spooling to new.txt\n');
    expect(await readFile(join(cwd, 'old.lst'), 'utf8')).toBe('old\ntwo\ncurrently spooling to old.lst\n');
    const refused = await run(['WHENEVER OSERROR EXIT 9', 'SPOOL old CREATE'], { cwd });
    expect(refused).toMatchObject({ status: 9, stdout: 'SP2-0606: Cannot create SPOOL file "old"\n' });
  });
});

describe('the record of the clients', () => {
  it('holds arguments, the names of the environment, and each line, and no password', async () => {
    const { run, sqlplus } = await listen();
    const env = { HOME: '/Fake-home', NLS_LANG: 'AMERICAN_AMERICA.AL32UTF8' };
    const lines = [
      `CONNECT system/${password}@ORCL`,
      'CONNECT system/Fake@system@ORCL AS SYSDBA',
      "ALTER USER u IDENTIFIED BY 'Fake'",
      '',
      'EXIT 3',
      'PROMPT unread',
    ];
    await run(lines, { args: ['-S', connectString], env });
    const [client] = sqlplus.clients;
    expect(client).toMatchObject({
      n: 1,
      arguments: ['-S', 'system/***@ORCL'],
      environmentNames: expect.arrayContaining(['HOME', 'NLS_LANG']),
      end: { status: 3 },
    });
    expect(client?.input.map(({ text }) => text)).toEqual([
      'CONNECT system/***@ORCL',
      'CONNECT system/******',
      'ALTER USER u IDENTIFIED BY ***',
      '',
      'EXIT 3',
    ]);
    expect(JSON.stringify(sqlplus.clients)).not.toContain('Fake');
  });

  it('says of a killed client that it is gone', async () => {
    const { start, sqlplus } = await listen();
    const { child } = start();
    child.stdin.write('PROMPT on\n');
    await vi.waitFor(() => expect(sqlplus.clients[0]?.input).toHaveLength(1), { timeout: 5000 });
    child.kill('SIGKILL');
    await vi.waitFor(() => expect(sqlplus.clients[0]?.end).toBe('gone'));
  });
});
