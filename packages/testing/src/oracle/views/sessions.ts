import { isRole, maySeeDirectory } from '../privileges.js';
import type { Row } from '../sql/compile.js';
import type { DatabaseState, SessionState } from '../state.js';
import { defineView, hostDate, type View } from './define-view.js';

const blockerOf = ({ userLocks, sessions }: DatabaseState, session: SessionState): SessionState | undefined => {
  const waiting = userLocks.waiters.find((waiter) => waiter.session === session);
  const held = userLocks.held.find(({ id, session: holder }) => id === waiting?.id && holder !== session);
  return sessions.find((one) => one === held?.session);
};

/** What it waits for. Documented: "SQL*Net message from client" for an idle one. */
const eventOf = (session: SessionState): string =>
  session.event ?? (session.isRunning ? 'SQL*Net message to client' : 'SQL*Net message from client');

const sessionRow = (state: DatabaseState, session: SessionState): Row => {
  const blocker = blockerOf(state, session);
  return [
    BigInt(session.id),
    BigInt(session.serial),
    session.user,
    session.isKilled ? 'KILLED' : session.isRunning ? 'ACTIVE' : 'INACTIVE',
    session.module,
    session.action,
    session.clientIdentifier,
    session.clientInfo,
    session.program,
    eventOf(session),
    hostDate(state, session.loggedOnAtMs - state.clockSkewMs),
    session.sqlId,
    session.service,
    state.hostName,
    'oracle',
    'USER',
    BigInt(session.id * 100),
    blocker === undefined ? null : BigInt(blocker.id),
    blocker === undefined ? null : BigInt(blocker.instance),
  ];
};

const rmanRow = (state: DatabaseState): Row => {
  const now = hostDate(state, state.clock.now());
  const what = 'RMAN: aggregate input';
  return [99n, 7n, what, null, 10n, 100n, 'Blocks', now, now, 60n, 6n, what, 'SYS'];
};

/** User locks of the sessions of one instance: held ones, then those that are waited for. */
const lockRows = ({ userLocks }: DatabaseState, instance: number): readonly Row[] => {
  const isWaitedFor = (id: bigint): boolean => userLocks.waiters.some((waiter) => waiter.id === id);
  const held = userLocks.held.filter(({ session }) => session.instance === instance);
  const waiting = userLocks.waiters.filter(({ session }) => session.instance === instance);
  return [
    ...held.map(({ id, session, mode }) => [session, id, BigInt(mode), 0n, isWaitedFor(id) ? 1n : 0n] as const),
    ...waiting.map(({ id, session, mode }) => [session, id, 0n, BigInt(mode), 0n] as const),
  ].map(([session, id, mode, request, block]) => [BigInt(session.id), 'UL', id, 0n, mode, request, 0n, block]);
};

/**
 * The views of sessions, of what they may do and of what they hold. Columns: oracle-hot-backup.md section 3; those of
 * V$LOCK and of the dictionary: Database Reference.
 */
export const sessionViews: Readonly<Record<string, View>> = {
  V$SESSION: defineView(
    `SID:n SERIAL#:n USERNAME:128 STATUS:8 MODULE:64 ACTION:64 CLIENT_IDENTIFIER:64 CLIENT_INFO:64 PROGRAM:84 EVENT:64
     LOGON_TIME:d SQL_ID:13 SERVICE_NAME:64 MACHINE:64 OSUSER:128 TYPE:10 AUDSID:n BLOCKING_SESSION:n
     BLOCKING_INSTANCE:n`,
    ({ state, instance }) =>
      state.sessions.filter((session) => session.instance === instance).map((session) => sessionRow(state, session)),
    { isFixed: true },
  ),
  V$SESSION_LONGOPS: defineView(
    `SID:n SERIAL#:n OPNAME:64 TARGET:64 SOFAR:n TOTALWORK:n UNITS:32 START_TIME:d LAST_UPDATE_TIME:d TIME_REMAINING:n
     ELAPSED_SECONDS:n MESSAGE:512 USERNAME:30`,
    ({ state, instance }) => (state.isRmanRunning && instance === 1 ? [rmanRow(state)] : []),
    { isFixed: true },
  ),
  V$LOCK: defineView(
    'SID:n TYPE:2 ID1:n ID2:n LMODE:n REQUEST:n CTIME:n BLOCK:n',
    ({ state, instance }) => lockRows(state, instance),
    { isFixed: true },
  ),
  // Documented: DBMS_LOCK, "Operational Notes": names and ids of ALLOCATE_UNIQUE.
  DBMS_LOCK_ALLOCATED: defineView(
    'NAME:128 LOCKID:n EXPIRATION:d',
    ({ state }) =>
      [...state.userLocks.allocated].map(([name, id]) => [name, id, hostDate(state, state.clock.now() + 864_000_000)]),
    { needsOpen: true },
  ),
  SESSION_PRIVS: defineView(
    'PRIVILEGE:40',
    ({ privileges }) => [...privileges].filter((one) => / /.test(one) && !/ ON /.test(one)).map((one) => [one]),
    { needsOpen: true, isPublic: true },
  ),
  SESSION_ROLES: defineView('ROLE:128', ({ privileges }) => [...privileges].filter(isRole).map((role) => [role]), {
    needsOpen: true,
    isPublic: true,
  }),
  // What roles of the session grant counts as granted to it (assumed: ALL_TAB_PRIVS shows grants to enabled roles).
  ALL_TAB_PRIVS: defineView(
    'GRANTOR:128 GRANTEE:128 TABLE_SCHEMA:128 TABLE_NAME:128 PRIVILEGE:40 GRANTABLE:3',
    ({ privileges, session }) =>
      [...privileges].flatMap((one) => {
        const [, privilege = '', name = ''] = /^(\w+) ON (?:SYS\.)?(\S+)$/.exec(one) ?? [];
        return privilege === ''
          ? []
          : [['SYS', session.user, 'SYS', name.replace(/^(G?V)\$/, '$1_$'), privilege, 'NO']];
      }),
    { needsOpen: true, isPublic: true },
  ),
  ALL_DIRECTORIES: defineView(
    'OWNER:128 DIRECTORY_NAME:128 DIRECTORY_PATH:4000',
    ({ state, session, privileges }) =>
      state.directoryObjects
        .filter(({ name }) => maySeeDirectory(privileges, session.user, name))
        .map(({ name, path }) => ['SYS', name, path]),
    { needsOpen: true, isPublic: true },
  ),
  ALL_PROCEDURES: defineView(
    'OWNER:128 OBJECT_NAME:128 PROCEDURE_NAME:128 OBJECT_TYPE:13',
    ({ privileges }) =>
      privileges.has('EXECUTE ON DBMS_LOCK')
        ? ['ALLOCATE_UNIQUE', 'CONVERT', 'RELEASE', 'REQUEST', 'SLEEP'].map((name) => [
            'SYS',
            'DBMS_LOCK',
            name,
            'PACKAGE',
          ])
        : [],
    { needsOpen: true, isPublic: true },
  ),
};
