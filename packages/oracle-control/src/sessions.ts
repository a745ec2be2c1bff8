import { type Asking, change, query, queryOne } from './ask.js';
import type { Change } from './changes.js';
import { OracleError } from './errors.js';
import { select } from './query.js';
import { integer, optionalHostTime, optionalText, text } from './row.js';
import { actionOf, type ClaimKind, claimModuleNames, literal, moduleName } from './session-label.js';

/** A session of ours, of any instance, as GV$SESSION lists it. */
export interface FoundSession {
  readonly instance: number;
  readonly sid: number;
  readonly serial: number;
  /** Its first 32 bytes. */
  readonly purpose: string;
  /** Set while it claims the database: by the lock, or as far as an account without DBMS_LOCK can. */
  readonly claim: ClaimKind | undefined;
  /** ACTIVE in mid statement, INACTIVE between two, KILLED when marked: what a killed one was doing may still go on. */
  readonly status: string;
  /** What it waits for, or waited for last. */
  readonly event: string | undefined;
  readonly loggedOnAt: Date | undefined;
}

const columns = {
  instance: integer('inst_id'),
  sid: integer('sid'),
  serial: integer('serial#'),
  purpose: text('action'),
  module: text('module'),
  status: text('status'),
  event: optionalText('event'),
  loggedOnAt: optionalHostTime('logon_time'),
};

const claimKinds = ['exclusive', 'weak'] as const satisfies readonly ClaimKind[];
const modules = [moduleName, ...Object.values(claimModuleNames)].map(literal).join(',');

/**
 * Sessions of ours. The processes that read GV$ views on other instances carry the label of the session that asks, and
 * are none: their program is the server's own.
 *
 * Source: Database Reference, V$SESSION; oracle-hot-backup.md 5.4. That parallel servers take over MODULE and ACTION is
 * unverified; without it the condition excludes nothing.
 */
const isOurs = `module IN (${modules}) AND action IS NOT NULL AND NVL(program,'-') NOT LIKE 'oracle@%'`;

const hasPurpose = (purpose: string) => `${isOurs} AND action = ${literal(actionOf(purpose))}`;

/**
 * The session that asks is left out. Source: SQL Language Reference, SYS_CONTEXT, USERENV parameters SID and INSTANCE.
 */
const isAnother = `NOT (sid = TO_NUMBER(SYS_CONTEXT('USERENV','SID')) AND inst_id = TO_NUMBER(SYS_CONTEXT('USERENV','INSTANCE')))`;

const listed = async (asking: Asking, where: string): Promise<readonly FoundSession[]> => {
  const rows = await query(asking, select({ from: 'gv$session', columns, where, orderBy: 'inst_id, sid, serial#' }));
  return rows.map(({ module, ...session }) => ({
    ...session,
    claim: claimKinds.find((kind) => claimModuleNames[kind] === module),
  }));
};

/** Sessions of ours that were opened for this purpose, those marked as killed and the one that asks among them. */
export const findSessions = (asking: Asking, purpose: string): Promise<readonly FoundSession[]> =>
  listed(asking, hasPurpose(purpose));

/** Every session of ours but the one that asks. */
export const findOtherSessions = (asking: Asking): Promise<readonly FoundSession[]> =>
  listed(asking, `${isOurs} AND ${isAnother}`);

/** How many there are of `findSessions`. */
export const countSessions = async (asking: Asking, purpose: string): Promise<number> => {
  const counted = select({
    from: 'gv$session',
    columns: { count: integer('COUNT(*)') },
    where: hasPurpose(purpose),
  });
  return (await queryOne(asking, counted)).count;
};

/**
 * What became of a session that was to be killed. `marked`: it ends once it can be interrupted, which may take a minute
 * and more; until then what it was doing goes on. `gone`: it had ended already.
 */
export type Killed = 'killed' | 'marked' | 'gone';

/** The limit is that of END: a kill may wait a minute for its session before it answers ORA-00031. */
const killed = ({ sid, serial, instance }: FoundSession): Change => ({
  label: 'ALTER SYSTEM KILL SESSION',
  sql: `ALTER SYSTEM KILL SESSION '${sid},${serial},@${instance}' IMMEDIATE`,
  confirmation: 'System altered.',
  limit: 'endMs',
});

/**
 * Ends a session. Needs ALTER SYSTEM.
 *
 * Source: SQL Language Reference, ALTER SYSTEM, KILL SESSION; Database Error Messages, ORA-00030 ("User session ID does
 * not exist.") and ORA-00031 ("session marked for kill").
 */
export const killSession = async (asking: Asking, found: FoundSession): Promise<Killed> => {
  try {
    await change(asking, killed(found));
    return 'killed';
  } catch (error) {
    const code = error instanceof OracleError ? error.oracleCode : undefined;
    if (code === 'ORA-00031') return 'marked';
    if (code === 'ORA-00030') return 'gone';
    throw error;
  }
};
