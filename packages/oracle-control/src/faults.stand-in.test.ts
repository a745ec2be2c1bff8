import { fileURLToPath } from 'node:url';
import { createWorld, type Fault, listenSqlplus, type World, worldCredentials } from '@orasync/testing';
import { describe, expect, it, vi } from 'vitest';
import { createOracleControl, type OracleControl, type OracleSession } from './oracle-control.js';
import { allOf, outcomeOf, processesOf } from './scripted-sqlplus.test.fixture.js';

const script = fileURLToPath(new URL('../../testing/dist/sqlplus.js', import.meta.url));

const { user, password, sid } = worldCredentials.oracle;

/** Short where an answer is to be missed; otherwise longer than a busy machine needs for a good one. */
const limitsOf = (isMissed: boolean) => {
  const ms = isMissed ? 1000 : 15_000;
  const connectMs = isMissed ? 1500 : 15_000;
  const statements = { queryMs: ms, beginMs: ms, endMs: ms, archiveMs: ms, materialMs: ms };
  return { ...statements, connectMs, exitMs: 500, killGraceMs: 300, answerCharacters: 200_000 };
};

/** What never ends by itself. */
const isEndless = ({ kind }: Fault['action']): boolean => kind === 'hang' || kind === 'ask';

interface TestContext {
  readonly onTestFinished: (close: () => Promise<void>) => void;
}

const setUp = async ({ onTestFinished }: TestContext, isMissed: boolean) => {
  const world = createWorld({ database: { users: [{ name: user, password, roles: ['DBA', 'SYSBACKUP', 'SYSDBA'] }] } });
  const standIn = await listenSqlplus(world.database, { script });
  onTestFinished(() => standIn.close());
  const logon = { kind: 'password', user, password, connectIdentifier: sid } as const;
  const limits = limitsOf(isMissed);
  return { world, standIn, control: createOracleControl({ oracleHome: standIn.home, role: 'SYSDBA', logon, limits }) };
};

/** One call of a run, and the statement in it that the faults meet. */
interface Call {
  readonly name: Exclude<keyof OracleSession, symbol>;
  /** In the text of the statement. */
  readonly match: string;
  /** As errors name it. */
  readonly statement: string;
  readonly run: (session: OracleSession, world: World) => Promise<unknown>;
  /** BEGIN and END are never killed in mid statement: their sqlplus stays until the statement ends. */
  readonly isUninterruptible?: true;
  /** Statements of the same kind follow where this one fails. */
  readonly times?: number;
}

const calls: readonly Call[] = [
  {
    name: 'readStatus',
    match: 'FROM v$database',
    statement: 'SELECT FROM V$DATABASE',
    run: (session) => session.readStatus(),
  },
  {
    name: 'readDatafiles',
    match: 'FROM v$datafile',
    statement: 'SELECT FROM V$DATAFILE',
    run: (session) => session.readDatafiles(),
  },
  {
    name: 'readBackupMode',
    match: 'FROM v$backup',
    statement: 'SELECT FROM V$BACKUP',
    run: (session) => session.readBackupMode(),
  },
  {
    name: 'claimDatabase',
    match: 'DBMS_LOCK.REQUEST',
    statement: 'DBMS_LOCK.REQUEST',
    run: (session) => session.claimDatabase(),
  },
  {
    name: 'beginBackup',
    match: 'BEGIN BACKUP',
    statement: 'ALTER DATABASE BEGIN BACKUP',
    run: (session) => session.beginBackup(),
    isUninterruptible: true,
  },
  {
    name: 'endBackup',
    match: 'END BACKUP',
    statement: 'ALTER DATABASE END BACKUP',
    run: (session, world) => {
      world.database.beginBackup();
      return session.endBackup({ fromScn: 1n });
    },
    isUninterruptible: true,
    times: 9,
  },
  {
    name: 'archiveCurrentLog',
    match: 'ARCHIVE LOG CURRENT',
    statement: 'ALTER SYSTEM ARCHIVE LOG CURRENT',
    run: (session) => session.archiveCurrentLog(),
  },
  {
    name: 'readArchivedLogs',
    match: 'FROM v$archived_log',
    statement: 'SELECT FROM V$ARCHIVED_LOG',
    run: (session) => session.readArchivedLogs({ fromScn: 1n, toScn: 2n }),
  },
  {
    name: 'countSessions',
    match: 'FROM gv$session',
    statement: 'SELECT FROM GV$SESSION',
    run: (session) => session.countSessions('x'),
  },
  {
    name: 'findSessions',
    match: 'FROM gv$session',
    statement: 'SELECT FROM GV$SESSION',
    run: (session) => session.findSessions('x'),
  },
  {
    name: 'writeRestoreMaterial',
    match: 'BACKUP CONTROLFILE TO',
    statement: 'ALTER DATABASE BACKUP CONTROLFILE',
    run: (session, { archiveDirectory: directory }) =>
      session.writeRestoreMaterial({
        controlfile: `${directory}/c.ctl`,
        trace: `${directory}/t.sql`,
        pfile: `${directory}/p.ora`,
        manifest: { path: `${directory}/m.json`, lines: ['{}'] },
      }),
  },
];

/** What the caller sees. */
type Expected = (call: Call) => object;

const unknown =
  (fields: object = {}): Expected =>
  ({ statement }) => ({
    name: 'OracleError',
    outcome: 'unknown',
    statement: expect.stringContaining(statement),
    ...fields,
  });
const refused =
  (oracleCode: string, fields: object = {}): Expected =>
  ({ statement }) => ({
    name: 'OracleError',
    outcome: 'refused',
    oracleCode,
    statement: expect.stringContaining(statement),
    ...fields,
  });
const late: Expected = ({ statement, isUninterruptible = false }) => ({
  name: 'SqlplusTimeoutError',
  outcome: 'unknown',
  statement: expect.stringContaining(statement),
  isStillRunning: isUninterruptible,
});
const died = unknown({ message: expect.stringContaining('sqlplus ended (SIGKILL)'), hint: expect.any(String) });
const skipped = { name: 'OracleError', outcome: 'unknown', message: expect.stringContaining('a question of its own') };
const done = { isAnswered: true };

const faults: readonly {
  readonly name: string;
  readonly action: Fault['action'];
  readonly expected: Expected;
  /** Where the call sees something else. */
  readonly except?: Readonly<Partial<Record<Call['name'], object>>>;
  /** The process stays, since its statement has not ended. */
  readonly stays?: true;
}[] = [
  {
    name: 'is refused with a code',
    action: { kind: 'error', text: 'ORA-01109: database not open' },
    expected: refused('ORA-01109', { condition: 'instance', hint: expect.any(String) }),
    // There is a weaker way.
    except: { claimDatabase: { answered: { kind: 'weak' } } },
  },
  {
    name: 'comes late, but in time',
    action: { kind: 'delay', when: 'before', ms: 50 },
    expected: () => done,
  },
  {
    name: 'loses its connection before its effect',
    action: { kind: 'lose', when: 'before' },
    expected: unknown({ oracleCode: 'ORA-03113', condition: 'session', hint: expect.any(String) }),
  },
  {
    name: 'loses its connection after its effect',
    action: { kind: 'lose', when: 'after' },
    expected: unknown({ oracleCode: 'ORA-03113' }),
  },
  { name: 'hangs', action: { kind: 'hang', when: 'before' }, expected: late, stays: true },
  { name: 'hangs after its effect', action: { kind: 'hang', when: 'after' }, expected: late, stays: true },
  { name: 'loses its sqlplus before its effect', action: { kind: 'die', when: 'before' }, expected: died },
  { name: 'loses its sqlplus after its effect', action: { kind: 'die', when: 'after' }, expected: died },
  { name: 'loses its sqlplus in mid output', action: { kind: 'die', when: 'during' }, expected: died },
  {
    name: 'answers something else',
    action: { kind: 'print', when: 'instead', text: 'Mot de passe expir\u00e9\n' },
    expected: unknown({ message: expect.stringContaining('sqlplus printed "Mot de passe expir\u00e9"') }),
    // END had its effect, and V$BACKUP says so.
    except: { endBackup: done },
  },
  {
    name: 'answers nothing',
    action: { kind: 'print', when: 'instead', text: '' },
    expected: unknown({ message: expect.stringContaining('sqlplus printed nothing') }),
    except: { endBackup: done },
  },
  {
    name: 'answers more than was asked',
    action: { kind: 'print', when: 'after', text: 'Elapsed: 00:00:00.01\n' },
    expected: unknown({ message: expect.stringContaining('Elapsed') }),
    except: { endBackup: done },
  },
  {
    name: 'answers with a code that only looks like one of ours',
    action: { kind: 'print', when: 'after', text: 'SP2-0734: unknown command beginning "x" - rest of line ignored.\n' },
    expected: ({ name }) => ({
      name: 'OracleError',
      oracleCode: 'SP2-0734',
      // Confirmed all the same, so that a code does not mean that nothing was done.
      outcome: ['beginBackup', 'archiveCurrentLog', 'writeRestoreMaterial', 'claimDatabase'].includes(name)
        ? 'unknown'
        : 'refused',
    }),
    except: { endBackup: done },
  },
  {
    name: 'floods',
    action: { kind: 'flood', bytes: 1_000_000 },
    expected: unknown({ message: expect.stringContaining('more than 200000 characters'), hint: expect.any(String) }),
  },
  {
    name: 'asks',
    action: { kind: 'ask', prompt: 'Enter value for x: ', lines: 2 },
    expected: (call) => ({
      ...late(call),
      ...(call.isUninterruptible ? {} : { hint: expect.stringContaining('Enter value for x:') }),
    }),
    // More was sent with it, so that an end marker is missed.
    except: { readStatus: skipped, endBackup: skipped },
  },
];

/** Waits for the fact, since a process that was killed takes a moment to be gone. */
const untilProcesses = (home: string, areLeft: boolean) =>
  vi.waitUntil(() => processesOf(home).length > 0 === areLeft, { timeout: 5000 });

describe.each(calls)('$name', (call) => {
  it.concurrent.for(faults)('$name', async ({ name, action, expected, except = {}, stays }, context) => {
    const { world, standIn, control } = await setUp(context, isEndless(action));
    const session = await control.openSession({ purpose: name });
    world.faults.inject({ match: call.match, times: call.times ?? 1, action });
    const outcome = await outcomeOf(call.run(session, world));
    expect(outcome).toMatchObject(except[call.name] ?? expected(call));
    expect(allOf(outcome)).not.toContain(password);
    await session.close();
    const isLeft = stays === true && call.isUninterruptible === true;
    await expect(untilProcesses(standIn.home, isLeft)).resolves.toBe(true);
    await standIn.close();
    await expect(untilProcesses(standIn.home, false)).resolves.toBe(true);
  });
});

describe('openSession', () => {
  const statement = 'CONNECT';
  const openings: readonly (readonly [string, Fault, object])[] = [
    [
      'is refused',
      { match: statement, action: { kind: 'error', text: 'ORA-28000: The account is locked.' } },
      { oracleCode: 'ORA-28000', isLogonRefused: true, outcome: 'refused', hint: expect.any(String) },
    ],
    [
      'finds no listener',
      { match: statement, action: { kind: 'error', text: 'ORA-12541: TNS:no listener' } },
      { oracleCode: 'ORA-12541', isUnreachable: true, outcome: 'refused', hint: expect.any(String) },
    ],
    [
      'is warned',
      {
        match: statement,
        action: {
          kind: 'print',
          when: 'after',
          text: 'ERROR:\nORA-28002: the password will expire within 7 days\n\n\n',
        },
      },
      done,
    ],
    [
      'hangs',
      { match: statement, action: { kind: 'hang', when: 'before' } },
      { name: 'SqlplusTimeoutError', isUnreachable: true },
    ],
    [
      'loses its sqlplus',
      { match: statement, action: { kind: 'die', when: 'before' } },
      { name: 'OracleError', outcome: 'unknown' },
    ],
    [
      'floods',
      { match: statement, action: { kind: 'flood', bytes: 1_000_000 } },
      { name: 'OracleError', hint: expect.any(String) },
    ],
    [
      'is asked for a password',
      { match: statement, action: { kind: 'ask', prompt: 'Enter password: ', lines: 2 } },
      { name: 'SqlplusTimeoutError', hint: expect.stringContaining('Enter password:') },
    ],
    [
      'is asked for a new password',
      {
        match: statement,
        action: {
          kind: 'print',
          when: 'instead',
          text: 'ERROR:\nORA-28001: the password has expired\n\n\nChanging password for system\nNew password: ',
        },
      },
      { oracleCode: 'ORA-28001', isLogonRefused: true },
    ],
    [
      'meets a talkative glogin.sql',
      {
        match: statement,
        action: { kind: 'glogin', lines: ['PROMPT Welcome', 'SET FEEDBACK OFF', 'SET NONSENSE ON', 'SET LINESIZE 20'] },
      },
      done,
    ],
    ...(['message-file', 'proxy', 'proxy-internal', 'initialization', 'message-library', 'library'] as const).map(
      (failure): readonly [string, Fault, object] => [
        `does not start (${failure})`,
        { match: 'sqlplus', action: { kind: 'start', failure } },
        { name: 'SqlplusStartError', outcome: 'refused', hint: expect.any(String) },
      ],
    ),
    [
      'is killed at its start',
      { match: 'sqlplus', action: { kind: 'die', when: 'before' } },
      { name: 'SqlplusStartError', hint: expect.any(String) },
    ],
    [
      'gets output in pieces, with carriage returns',
      { match: 'sqlplus', action: { kind: 'output', pieceBytes: 2, lineEnd: 'crlf' } },
      done,
    ],
    [
      'ignores SIGTERM',
      { match: 'sqlplus', action: { kind: 'ignoreSignals', signals: ['SIGTERM', 'SIGINT', 'SIGHUP'] } },
      done,
    ],
    [
      'leaves a daemon behind that holds its output for a while',
      { match: 'sqlplus', action: { kind: 'orphan', ms: 1500 } },
      done,
    ],
  ];

  it.concurrent.for(openings)('%s', async ([, fault, expected], context) => {
    const { world, standIn, control } = await setUp(context, isEndless(fault.action));
    world.faults.inject(fault);
    const outcome = await outcomeOf(control.openSession({ purpose: 'test' }).then((session) => session.close()));
    expect(outcome).toMatchObject(expected);
    expect(allOf(outcome)).not.toContain(password);
    await expect(untilProcesses(standIn.home, false)).resolves.toBe(true);
  });
});

describe('close', () => {
  const hung = async (control: OracleControl, world: World) => {
    const session = await control.openSession({ purpose: 'test' });
    world.faults.inject({ match: 'FROM v$datafile', action: { kind: 'hang', when: 'before' } });
    const reading = session.readDatafiles().catch((error: unknown) => error);
    return { session, reading };
  };

  it('ends a sqlplus in mid query, and the query knows nothing', async (context) => {
    const { world, standIn, control } = await setUp(context, false);
    const { session, reading } = await hung(control, world);
    await session.close();
    await expect(untilProcesses(standIn.home, false)).resolves.toBe(true);
    await expect(reading).resolves.toMatchObject({ outcome: 'unknown' });
  });

  it('ends one that ignores every polite signal, however busy', async (context) => {
    const { world, standIn, control } = await setUp(context, false);
    world.faults.inject({
      match: 'sqlplus',
      action: { kind: 'ignoreSignals', signals: ['SIGTERM', 'SIGINT', 'SIGHUP'] },
    });
    const { session } = await hung(control, world);
    await session.close();
    await expect(untilProcesses(standIn.home, false)).resolves.toBe(true);
  });
});
