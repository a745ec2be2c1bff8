import type { Fault, FaultAction, World } from '@orasync/testing';
import type { Call } from './calls.js';

/** Something that goes wrong at a call. */
export interface Trouble {
  readonly name: string;
  readonly isFor: (call: Call) => boolean;
  readonly strike: (world: World, call: Call) => void;
  /** Makes an END possible again that the trouble made impossible: only then may a run end with 5. */
  readonly undo?: (world: World) => void;
  /** Somebody else has files in backup mode afterwards, which nobody may end. */
  readonly leavesStranger?: true;
}

/** What a fault does, as `@orasync/testing` describes it. */
export type Action = Fault['action'];

const describeAction = ({ kind, ...rest }: { readonly kind: FaultAction['kind'] }): string =>
  [kind, ...Object.entries(rest).map(([name, value]) => `${name} ${JSON.stringify(value)}`)].join(' ');

/** @param times  How many such calls in a row it meets. */
export const fault = (isFor: Trouble['isFor'], action: Action, times = 1): Trouble => ({
  name: `${describeAction(action)}${times === 1 ? '' : ', lasting'}`,
  isFor,
  strike: ({ faults }, { match, skip }) => faults.inject({ match, skip, times, action }),
});

const isArray: Trouble['isFor'] = ({ side }) => side === 'array';
const isStatement: Trouble['isFor'] = ({ side }) => side === 'database';
const isLogon: Trouble['isFor'] = ({ side, match }) => side === 'database' && match.startsWith('CONNECT');
const isClient: Trouble['isFor'] = ({ side }) => side === 'client';

const arrayActions: readonly Action[] = [
  { kind: 'refuse', status: 500 },
  { kind: 'refuse', status: 503, retryAfterSeconds: 0 },
  { kind: 'refuse', status: 401 },
  { kind: 'refuse', status: 403 },
  { kind: 'refuse', status: 404 },
  { kind: 'refuse', status: 409 },
  { kind: 'html', status: 502 },
  { kind: 'garbage', body: '' },
  { kind: 'malformed' },
  { kind: 'wrongTypes' },
  { kind: 'truncate' },
  { kind: 'reset', when: 'before' },
  { kind: 'reset', when: 'after' },
  { kind: 'hang', when: 'before' },
  { kind: 'hang', when: 'after' },
  { kind: 'delay', when: 'before', ms: 700 },
  { kind: 'delay', when: 'after', ms: 700 },
];

const statementActions: readonly Action[] = [
  { kind: 'error', text: 'ORA-01031: insufficient privileges' },
  { kind: 'error', text: 'ORA-00600: internal error code, arguments: [1]' },
  { kind: 'error', text: 'ORA-01013: user requested cancel of current operation' },
  { kind: 'lose', when: 'before' },
  { kind: 'lose', when: 'after' },
  { kind: 'hang', when: 'before' },
  { kind: 'hang', when: 'after' },
  { kind: 'delay', when: 'before', ms: 700 },
  { kind: 'delay', when: 'after', ms: 700 },
  { kind: 'die', when: 'before' },
  { kind: 'die', when: 'after' },
  { kind: 'die', when: 'during' },
  { kind: 'die', when: 'output', signal: 'SIGSEGV' },
  { kind: 'die', when: 'after', status: 0 },
  { kind: 'print', when: 'instead', text: 'nonsense\n' },
  { kind: 'print', when: 'before', text: 'ORA-00600: internal error code, arguments: [1]\n' },
  { kind: 'print', when: 'after', text: '<last prompt>\n' },
  { kind: 'print', when: 'before', text: 'Segmentation fault\n', stream: 'stderr' },
  { kind: 'flood', bytes: 200_000 },
  { kind: 'ask', prompt: 'Enter value for 1: ' },
];

const logonActions: readonly Action[] = [
  { kind: 'error', text: 'ORA-01017: invalid username/password; logon denied' },
  { kind: 'error', text: 'ORA-28001: the password has expired' },
  { kind: 'error', text: 'ORA-01033: ORACLE initialization or shutdown in progress' },
  { kind: 'error', text: 'ORA-12541: TNS:no listener' },
  { kind: 'glogin', lines: ['SET LINESIZE 40', 'SET PAGESIZE 3', 'SET FEEDBACK OFF'] },
];

const startActions: readonly Action[] = [
  { kind: 'start', failure: 'message-file' },
  { kind: 'start', failure: 'proxy' },
  { kind: 'start', failure: 'proxy-internal' },
  { kind: 'start', failure: 'initialization' },
  { kind: 'start', failure: 'message-library' },
  { kind: 'start', failure: 'library' },
  { kind: 'output', pieceBytes: 7, lineEnd: 'crlf' },
  { kind: 'language', nlsLang: 'FRENCH_FRANCE.AL32UTF8' },
  { kind: 'release', release: '11.2' },
  { kind: 'release', release: '23ai' },
  { kind: 'orphan', ms: 1500 },
  { kind: 'ignoreSignals', signals: ['SIGINT', 'SIGTERM'] },
  { kind: 'die', when: 'before' },
  { kind: 'hang', when: 'before' },
  { kind: 'delay', when: 'before', ms: 700 },
];

type Knob = Extract<Action, { kind: 'database' }>['knob'];

/** Labels of sessions and the second of two labels are no moments of their own for what somebody else does. */
const isWrite: Trouble['isFor'] = ({ isWrite: writes, match }) =>
  writes && !/SET_MODULE|CREATE PFILE|metadata\/\d+[13579]$/.test(match);
const isOutsideWindow: Trouble['isFor'] = (call) => isWrite(call) && call.phase !== 'window';

const knob = (turned: Knob, more: Partial<Trouble> = {}): Trouble => ({
  name: `database ${JSON.stringify(turned)}`,
  isFor: isWrite,
  strike: ({ faults }, { match, skip }) =>
    faults.inject({ match, skip, action: { kind: 'database', when: 'before', knob: turned } }),
  ...more,
});

/** An operator does what the procedure of `recover` says, and opens the database. */
const reopen = ({ database }: World): void => {
  database.restart();
  if (database.state.files.some(({ backup }) => backup.isActive)) database.endBackup();
  database.restart();
};

const open = ({ database: { state } }: World): void => {
  state.openMode = 'READ WRITE';
  state.role = 'PRIMARY';
};

const databaseKnobs = (uncoveredPath: string, coveredPath: string): readonly Trouble[] => [
  knob({ logMode: 'NOARCHIVELOG' }),
  knob({ role: 'PHYSICAL STANDBY' }, { undo: open }),
  knob({ openMode: 'READ ONLY' }, { undo: open }),
  knob({ openMode: 'MOUNTED' }, { undo: reopen }),
  knob({ beginMs: 2000 }),
  knob({ beginMs: 8000 }),
  knob({ endMs: 2000 }),
  knob({ endMs: 6000 }),
  knob({ archiveMs: 2000 }),
  knob({ archiveMs: 8000 }),
  knob({ archiveLagMs: null }),
  knob({ archivedRowLagMs: 1500 }),
  knob({ crash: true }, { undo: reopen }),
  knob({ crash: true, restart: true }, { undo: reopen }),
  knob({ otherBegin: true }, { isFor: isOutsideWindow, leavesStranger: true }),
  knob({ otherBegin: [1] }, { isFor: isOutsideWindow, leavesStranger: true }),
  knob({ otherEnd: true }, { isFor: (call) => isWrite(call) && call.phase === 'window' && !/END/.test(call.match) }),
  knob({ otherEnd: [1] }, { isFor: (call) => isWrite(call) && call.phase === 'window' && !/END/.test(call.match) }),
  knob({ addDatafile: { path: uncoveredPath } }),
  knob({ addDatafile: { path: coveredPath } }),
  knob({ file: { number: 4, status: 'OFFLINE' } }),
  knob({ file: { number: 4, status: 'RECOVER' } }),
  knob({ file: { number: 4, isReadOnly: true } }),
  knob({ nologging: 4 }),
  knob({ archiverStuck: 'fails' }),
  knob({ archiverStuck: 'waits' }),
  knob({ archiver: 'STOPPED' }),
  knob({ unarchivedThreads: [1] }),
  knob({ user: { name: 'system', state: 'locked' } }),
  knob(
    { user: { name: 'system', roles: [] } },
    { undo: ({ database }) => database.setUser('system', { roles: ['DBA'] }) },
  ),
  knob({ skewClockMs: 3_600_000 }),
  knob({ skewClockMs: -3_600_000 }),
  knob({ rman: true }),
  knob({ listener: 'down' }),
  knob({ rebalancing: 'DATA' }),
  knob({ assumptions: { endWarns: true } }),
  knob({ assumptions: { beginIsPartial: true } }),
  knob({ assumptions: { endWaitsForBegin: true } }),
];

/** The knobs of the array are no faults of a call: they are turned while a hold keeps it. */
const atMoment = (name: string, act: (world: World) => void): Trouble => ({
  name: `array ${name}`,
  isFor: isWrite,
  strike: (world, { match, skip }) => {
    const { journal } = world;
    journal.hold({ match, skip, when: 'before' });
    void journal
      .waitFor(({ held }) => held === 'before')
      .then(() => {
        act(world);
        journal.release(match);
      });
  },
});

const arrayKnobs: readonly Trouble[] = [
  atMoment('pool is full', ({ array }) => array.limitPool(0)),
  atMoment('clock an hour ahead', ({ array }) => array.skewClock(3_600_000)),
  atMoment('clock an hour behind', ({ array }) => array.skewClock(-3_600_000)),
  atMoment('sessions expire', ({ array }) => array.expireSessions()),
];

/** Everything that can go wrong with a call. */
export const allTroubles: readonly Trouble[] = [
  ...arrayActions.map((action) => fault(isArray, action)),
  fault(isArray, { kind: 'refuse', status: 500 }, 99),
  fault(isArray, { kind: 'reset', when: 'before' }, 99),
  ...statementActions.map((action) => fault(isStatement, action)),
  ...logonActions.map((action) => fault(isLogon, action)),
  ...startActions.map((action) => fault(isClient, action)),
  ...databaseKnobs('/u09/elsewhere01.dbf', '/u02/ORCL/ora_data01/more01.dbf'),
  ...arrayKnobs,
];
