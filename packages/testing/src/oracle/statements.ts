import {
  beginTablespaceBackup,
  endBackup,
  endDatafileBackup,
  endTablespaceBackup,
  openDatabase,
  requireOpen,
} from './backup-mode.js';
import { copyControlfile, traceControlfile, writePfile } from './control-file.js';
import { runningInstances } from './instances.js';
import { OracleError, oracleError, UnmodelledStatementError } from './oracle-error.js';
import { archiveLogs, unarchivedLogs } from './redo.js';
import { remembering } from './remember.js';
import { checkpointDatabase } from './state.js';
import {
  archiveCurrent,
  begin,
  containerCalled,
  end,
  filesInSight,
  filesOf,
  killSession,
  openContainer,
  type StatementContext,
  type StatementResult,
  switchLogfile,
} from './statement-effects.js';
import { releaseOnCommit } from './user-locks.js';

interface Statement {
  readonly pattern: RegExp;
  readonly privilege?: string;
  readonly feedback: string;
  /** Cannot be done inside a pluggable database (ORA-65040). */
  readonly isForRoot?: boolean;
  run(context: StatementContext, match: RegExpExecArray): void | Promise<void>;
}

/** Blanks become one, comments none; quoted text stays. */
export const normalised = remembering((sql: string): string =>
  sql
    .replace(/'(?:[^']|'')*'|"[^"]*"|--[^\n]*|\/\*[\s\S]*?\*\/|\s+/g, (part) => (/^['"]/.test(part) ? part : ' '))
    .trim(),
);

const identifier = String.raw`"?([\w$#]+)"?`;
const path = "'((?:[^']|'')+)'";

const text = (quoted: string | undefined): string => (quoted ?? '').replaceAll("''", "'");

const endTransaction = ({ engine, session }: StatementContext): void => releaseOnCommit(engine.state, session);

/** Source: oracle-hot-backup.md sections 1.1 and 1.2; each effect names what is assumed where it is done. */
const statements: readonly Statement[] = [
  {
    pattern: /^ALTER DATABASE BEGIN BACKUP$/i,
    privilege: 'ALTER DATABASE',
    feedback: 'Database altered.',
    run: (context) => begin(context, filesInSight(context)),
  },
  {
    pattern: /^ALTER DATABASE END BACKUP$/i,
    privilege: 'ALTER DATABASE',
    feedback: 'Database altered.',
    run: (context) => end(context, (state) => endBackup(state, filesInSight(context))),
  },
  {
    pattern: new RegExp(`^ALTER DATABASE DATAFILE (?:(\\d+)|${path}) END BACKUP$`, 'i'),
    privilege: 'ALTER DATABASE',
    feedback: 'Database altered.',
    run: (context, match) => end(context, (state) => endDatafileBackup(state, match[1] ?? text(match[2]))),
  },
  {
    pattern: new RegExp(
      `^ALTER DATABASE BACKUP CONTROLFILE TO TRACE(?: AS ${path})?( REUSE)?(?: (?:NO)?RESETLOGS)?$`,
      'i',
    ),
    privilege: 'ALTER DATABASE',
    feedback: 'Database altered.',
    isForRoot: true,
    run: ({ engine }, match) =>
      traceControlfile(engine.state, match[1] === undefined ? undefined : text(match[1]), match[2] !== undefined),
  },
  {
    pattern: new RegExp(`^ALTER DATABASE BACKUP CONTROLFILE TO ${path}( REUSE)?$`, 'i'),
    privilege: 'ALTER DATABASE',
    feedback: 'Database altered.',
    isForRoot: true,
    run: ({ engine }, match) => copyControlfile(engine.state, text(match[1]), match[2] !== undefined),
  },
  {
    pattern: /^ALTER DATABASE OPEN(?: (READ ONLY|READ WRITE))?$/i,
    privilege: 'ALTER DATABASE',
    feedback: 'Database altered.',
    run: ({ engine }, match) => {
      openDatabase(engine.state, match[1]?.toUpperCase() === 'READ ONLY' ? 'READ ONLY' : 'READ WRITE');
      engine.work();
    },
  },
  {
    pattern: /^ALTER DATABASE MOUNT$/i,
    privilege: 'ALTER DATABASE',
    feedback: 'Database altered.',
    run: ({ engine: { state } }) => {
      if (state.instanceStatus !== 'STARTED') throw oracleError('ORA-01100');
      state.instanceStatus = 'MOUNTED';
    },
  },
  {
    pattern: new RegExp(`^ALTER TABLESPACE ${identifier} BEGIN BACKUP$`, 'i'),
    privilege: 'ALTER TABLESPACE',
    feedback: 'Tablespace altered.',
    run: ({ engine }, match) => {
      beginTablespaceBackup(engine.state, (match[1] ?? '').toUpperCase());
      engine.work();
    },
  },
  {
    pattern: new RegExp(`^ALTER TABLESPACE ${identifier} END BACKUP$`, 'i'),
    privilege: 'ALTER TABLESPACE',
    feedback: 'Tablespace altered.',
    run: (context, match) => end(context, (state) => endTablespaceBackup(state, (match[1] ?? '').toUpperCase())),
  },
  {
    pattern: new RegExp(`^ALTER PLUGGABLE DATABASE ${identifier} BEGIN BACKUP$`, 'i'),
    privilege: 'ALTER DATABASE',
    feedback: 'Pluggable database altered.',
    run: (context, match) => begin(context, filesOf(context.engine.state, match[1] ?? '')),
  },
  {
    pattern: new RegExp(`^ALTER PLUGGABLE DATABASE ${identifier} END BACKUP$`, 'i'),
    privilege: 'ALTER DATABASE',
    feedback: 'Pluggable database altered.',
    run: (context, match) => end(context, (state) => endBackup(state, filesOf(state, match[1] ?? ''))),
  },
  {
    pattern: new RegExp(`^ALTER PLUGGABLE DATABASE ${identifier} OPEN(?: (READ WRITE|READ ONLY))?$`, 'i'),
    privilege: 'ALTER DATABASE',
    feedback: 'Pluggable database altered.',
    run: ({ engine }, match) => openContainer(containerCalled(engine.state, match[1] ?? ''), match[2] ?? 'READ WRITE'),
  },
  {
    pattern: new RegExp(`^ALTER PLUGGABLE DATABASE ${identifier} CLOSE(?: IMMEDIATE)?$`, 'i'),
    privilege: 'ALTER DATABASE',
    feedback: 'Pluggable database altered.',
    run: ({ engine }, match) => {
      containerCalled(engine.state, match[1] ?? '').openMode = 'MOUNTED';
    },
  },
  {
    pattern: /^ALTER SYSTEM ARCHIVE LOG CURRENT$/i,
    privilege: 'ALTER SYSTEM',
    feedback: 'System altered.',
    isForRoot: true,
    run: archiveCurrent,
  },
  {
    pattern: /^ALTER SYSTEM ARCHIVE LOG ALL$/i,
    privilege: 'ALTER SYSTEM',
    feedback: 'System altered.',
    isForRoot: true,
    run: ({ engine: { state } }) => {
      if (unarchivedLogs(state).length === 0) throw oracleError('ORA-00271');
      archiveLogs(state);
    },
  },
  {
    pattern: /^ALTER SYSTEM SWITCH LOGFILE$/i,
    privilege: 'ALTER SYSTEM',
    feedback: 'System altered.',
    isForRoot: true,
    run: (context) => switchLogfile(context, [context.session.instance]),
  },
  {
    pattern: /^ALTER SYSTEM SWITCH ALL LOGFILE$/i,
    privilege: 'ALTER SYSTEM',
    feedback: 'System altered.',
    isForRoot: true,
    run: (context) => switchLogfile(context, runningInstances(context.engine.state)),
  },
  {
    pattern: /^ALTER SYSTEM CHECKPOINT(?: GLOBAL| LOCAL)?$/i,
    privilege: 'ALTER SYSTEM',
    feedback: 'System altered.',
    run: ({ engine }) => {
      requireOpen(engine.state);
      checkpointDatabase(engine.state);
      engine.work();
    },
  },
  {
    pattern: /^ALTER SYSTEM KILL SESSION '\s*(\d+\s*,\s*\d+\s*(?:,\s*@\d+)?)\s*'(?: IMMEDIATE)?$/i,
    privilege: 'ALTER SYSTEM',
    feedback: 'System altered.',
    run: (context, match) => killSession(context, (match[1] ?? '').replace(/\s/g, '')),
  },
  {
    pattern: new RegExp(`^CREATE PFILE ?= ?${path} FROM SPFILE$`, 'i'),
    privilege: 'CREATE PFILE',
    feedback: 'File created.',
    run: ({ engine }, match) => writePfile(engine.state, text(match[1])),
  },
  {
    pattern: new RegExp(`^ALTER SESSION SET CONTAINER ?= ?${identifier}$`, 'i'),
    feedback: 'Session altered.',
    run: (context, match) => {
      const name = (match[1] ?? '').toUpperCase();
      context.container = name === 'CDB$ROOT' ? undefined : containerCalled(context.engine.state, name);
    },
  },
  {
    pattern: /^ALTER SESSION SET NLS_DATE_FORMAT ?= ?'([^']+)'$/i,
    feedback: 'Session altered.',
    run: (context, match) => {
      context.dateMask = match[1] ?? context.dateMask;
    },
  },
  {
    pattern: /^ALTER SESSION SET (?:NLS_\w+|TIME_ZONE) ?= ?(?:'[^']*'|\w+)$/i,
    feedback: 'Session altered.',
    run: () => {},
  },
  { pattern: /^COMMIT(?: WORK)?$/i, feedback: 'Commit complete.', run: endTransaction },
  { pattern: /^ROLLBACK(?: WORK)?$/i, feedback: 'Rollback complete.', run: endTransaction },
];

/** MANAGE TABLESPACE is enough for the tablespace forms. Documented: oracle-hot-backup.md section 2 (SQLREF-TS9). */
const isAllowed = ({ privileges }: StatementContext, { privilege }: Statement): boolean =>
  privilege === undefined ||
  privileges.has(privilege) ||
  (privilege === 'ALTER TABLESPACE' && privileges.has('MANAGE TABLESPACE'));

/**
 * Runs one SQL statement, without terminator.
 *
 * @throws {OracleError} as Oracle would.
 * @throws {UnmodelledStatementError} on a statement that is not known here.
 */
export const runStatement = async (context: StatementContext, sql: string): Promise<StatementResult> => {
  if (/^\s*SELECT\b/i.test(sql)) return { kind: 'rows', ...context.engineWith({}).run(sql) };
  const plain = normalised(sql);
  for (const statement of statements) {
    const match = statement.pattern.exec(plain);
    if (match === null) continue;
    if (!isAllowed(context, statement)) throw oracleError('ORA-01031');
    if (statement.isForRoot === true && context.container !== undefined) throw oracleError('ORA-65040');
    await statement.run(context, match);
    return { kind: 'done', feedback: statement.feedback };
  }
  // A forgotten terminator runs two commands into one; Oracle then stumbles over the second. Observed: sqlplus.md section 6 (PHD).
  if (/^ALTER SESSION\b/i.test(plain)) throw new OracleError(oracleError('ORA-00922').lines);
  throw new UnmodelledStatementError(plain);
};
