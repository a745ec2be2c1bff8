import { checkShutdown, endBackup, openDatabase } from '../backup-mode.js';
import { errorLine, OracleError, oracleError, UnmodelledStatementError } from '../oracle-error.js';
import { archivedLogPath, currentLog } from '../redo.js';
import type { ServerSession } from '../server-session.js';
import { formatDate } from '../sql/format.js';
import { type ClientState, crossNetwork, printNotConnected, printStack } from './client-state.js';
import type { ClientExit } from './exit.js';
import { afterSqlError, endOn } from './run-sql.js';

/** Runs a command of SQL*Plus that reaches the database. Its errors are bare lines. Observed: sqlplus.md section 4.1 (SPIN, DBT, CCR). */
const reachDatabase = async (
  client: ClientState,
  what: string,
  effect: (session: ServerSession) => Promise<void> | void,
): Promise<ClientExit | undefined> => {
  const { session } = client;
  if (session === undefined) {
    printNotConnected(client);
    return undefined;
  }
  await crossNetwork(client);
  try {
    await session.command(what, () => effect(session));
    return undefined;
  } catch (error) {
    if (!(error instanceof OracleError)) return endOn(client, error);
    printStack(client, error);
    return afterSqlError(client);
  }
};

const requireAdministrator = (session: ServerSession): void => {
  if (session.as === undefined) throw oracleError('ORA-01031');
};

const memory = [
  'Total System Global Area 1073741824 bytes',
  'Fixed Size                  8904768 bytes',
  'Variable Size             268435456 bytes',
  'Database Buffers          788529152 bytes',
  'Redo Buffers                7872512 bytes',
];

/** STARTUP [NOMOUNT | MOUNT | OPEN]. Observed: sqlplus.md G35. */
const startUp = (client: ClientState, words: string): Promise<ClientExit | undefined> =>
  reachDatabase(client, `STARTUP ${words}`.trim(), (session) => {
    requireAdministrator(session);
    const { state } = client.database;
    if (state.instanceStatus !== 'DOWN') throw oracleError('ORA-01081');
    state.instanceStatus = 'STARTED';
    state.startedAtMs = state.clock.now();
    client.print(`ORACLE instance started.\n\n${memory.join('\n')}\n`);
    if (/\bNOMOUNT\b/i.test(words)) return;
    state.instanceStatus = 'MOUNTED';
    client.print('Database mounted.\n');
    if (/\bMOUNT\b/i.test(words)) return;
    openDatabase(state, 'READ WRITE');
    client.database.work();
    client.print('Database opened.\n');
  });

/** SHUTDOWN [NORMAL | IMMEDIATE | TRANSACTIONAL | ABORT]. Observed: sqlplus.md G34. */
const shutDown = (client: ClientState, words: string): Promise<ClientExit | undefined> =>
  reachDatabase(client, `SHUTDOWN ${words}`.trim(), (session) => {
    requireAdministrator(session);
    const { database } = client;
    const isAbort = /\bABORT\b/i.test(words);
    if (database.state.instanceStatus === 'DOWN') throw oracleError('ORA-01034');
    if (!isAbort && database.state.instanceStatus === 'OPEN') {
      checkShutdown(database.state);
      client.print('Database closed.\n');
    }
    if (!isAbort) client.print('Database dismounted.\n');
    client.print('ORACLE instance shut down.\n');
    database.crash(session);
  });

const plainRecovery = (client: ClientState): void => {
  const { state } = client.database;
  if (state.files.some(({ backup }) => backup.isActive)) endBackup(state, state.files);
  client.print('Media recovery complete.\n');
};

/** The recovery prompt. CANCEL alone is modelled. Observed: sqlplus.md G39 (CCR). */
const recoverUntilCancel = async (client: ClientState): Promise<void> => {
  const { state } = client.database;
  const [file] = state.files.toSorted((a, b) => Number(a.checkpointScn - b.checkpointScn));
  if (file === undefined) throw oracleError('ORA-01112');
  const log =
    state.logs.find(({ nextScn }) => nextScn === undefined || nextScn > file.checkpointScn) ?? currentLog(state, 1);
  const at = formatDate(new Date(file.checkpointAtMs + state.utcOffsetMinutes * 60_000), 'MM/DD/YYYY HH24:MI:SS');
  const change = String(file.checkpointScn);
  const needed = [
    `ORA-00279: change ${change} generated at ${at} needed for thread ${log.thread}`,
    `ORA-00289: suggestion : ${archivedLogPath(state, log)}`,
    `ORA-00280: change ${change} for thread ${log.thread} is in sequence #${log.sequence}`,
  ];
  printStack(client, new OracleError(needed));
  client.print('\n\nSpecify log: {<RET>=suggested | filename | AUTO | CANCEL}\n');
  const answer = (await client.nextAnswer('')) ?? 'CANCEL';
  if (!/^cancel$/i.test(answer.trim())) throw new UnmodelledStatementError(`RECOVER, answered ${answer}`);
  const would = [
    errorLine('ORA-01547'),
    errorLine('ORA-01194', file.number),
    errorLine('ORA-01110', file.number, file.path),
  ];
  printStack(client, new OracleError(would));
  client.print('\n\n');
  throw oracleError('ORA-01112');
};

const recover = (client: ClientState, words: string): Promise<ClientExit | undefined> =>
  reachDatabase(client, `RECOVER ${words}`.trim(), (session) => {
    requireAdministrator(session);
    if (client.database.state.instanceStatus !== 'MOUNTED') throw oracleError('ORA-01507');
    if (/^DATABASE$/i.test(words)) return plainRecovery(client);
    if (/\bUNTIL\s+CANCEL\b/i.test(words)) return recoverUntilCancel(client);
    throw new UnmodelledStatementError(`RECOVER ${words}`);
  });

/** ARCHIVE LOG LIST. Assumed: the usual six lines. */
const listLogs = (client: ClientState): Promise<ClientExit | undefined> =>
  reachDatabase(client, 'ARCHIVE LOG LIST', (session) => {
    requireAdministrator(session);
    const { state } = client.database;
    const { sequence } = currentLog(state, 1);
    const isOn = state.logMode !== 'NOARCHIVELOG';
    const lines: readonly (readonly [string, string | number])[] = [
      ['Database log mode', isOn ? 'Archive Mode' : 'No Archive Mode'],
      ['Automatic archival', isOn ? 'Enabled' : 'Disabled'],
      ['Archive destination', state.archiveDirectory],
      ['Oldest online log sequence', Math.max(1, sequence - state.groupsPerThread + 1)],
      ['Next log sequence to archive', sequence],
      ['Current log sequence', sequence],
    ];
    client.print(lines.map(([name, value]) => `${name.padEnd(31)}${value}\n`).join(''));
  });

/** The commands of SQL*Plus that act on the instance. */
export const instanceCommands: readonly (readonly [
  pattern: RegExp,
  run: (client: ClientState, rest: string) => Promise<ClientExit | undefined>,
])[] = [
  [/^STARTUP\b\s*/i, startUp],
  [/^SHUT(?:DOWN)?\b\s*/i, shutDown],
  [/^RECOVER\b\s*/i, recover],
  [/^ARCHIVE\s+LOG\s+LIST\b\s*/i, listLogs],
];
