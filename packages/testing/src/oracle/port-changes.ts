import { OracleError } from './oracle-error.js';
import type { ArchiveProofFacts, BackupModeFacts, ClaimFacts, OwnershipFacts, SessionFacts } from './port-facts.js';
import { big, optionalText, readBackupMode, rowOf, rowsOf, small, text } from './port-reads.js';
import type { ServerSession } from './server-session.js';

/** A text as SQL writes it. */
export const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** Reads V$BACKUP; a read that fails never keeps END from being sent: the port's promise. */
const readIfPossible = async (session: ServerSession): Promise<BackupModeFacts | undefined> => {
  try {
    return await readBackupMode(session);
  } catch (error) {
    if (!(error instanceof OracleError)) throw error;
    return undefined;
  }
};

/** That it was over already: no failure. Source: oracle-hot-backup.md section 4.1. */
const overCodes = new Set(['ORA-01142', 'ORA-01199', 'ORA-01260']);

const endUnlessOver = async (session: ServerSession, statement: string): Promise<void> => {
  try {
    await session.execute(statement);
  } catch (error) {
    if (!(error instanceof OracleError) || !overCodes.has(error.code)) throw error;
  }
};

/** Ends what is ours in backup mode: by one END when nothing else is, otherwise file by file. */
export const endBackup = async (
  session: ServerSession,
  { fromScn, toScn }: OwnershipFacts,
): Promise<{ before: BackupModeFacts | undefined; after: BackupModeFacts | undefined }> => {
  const before = await readIfPossible(session);
  const isOwned = toScn === undefined ? `change# >= ${fromScn}` : `change# BETWEEN ${fromScn} AND ${toScn}`;
  const ours = `FROM v$backup WHERE status = 'ACTIVE' AND ${isOwned}`;
  const files = await rowsOf(session, `SELECT file# AS file_number ${ours} ORDER BY file#`);
  const active = await rowOf(session, `SELECT COUNT(*) AS files FROM v$backup WHERE status = 'ACTIVE'`);
  if (files.length > 0 && files.length === small(active['FILES'])) {
    await endUnlessOver(session, 'ALTER DATABASE END BACKUP');
  } else {
    for (const file of files) {
      await endUnlessOver(session, `ALTER DATABASE DATAFILE ${small(file['FILE_NUMBER'])} END BACKUP`);
    }
  }
  return { before, after: await readIfPossible(session) };
};

/** ARCHIVE LOG CURRENT, and how far each enabled thread is archived after it. */
export const archiveCurrentLog = async (session: ServerSession): Promise<ArchiveProofFacts> => {
  const scn = big((await rowOf(session, 'SELECT current_scn FROM v$database'))['CURRENT_SCN']);
  await session.execute('ALTER SYSTEM ARCHIVE LOG CURRENT');
  const threads = await rowsOf(session, `SELECT thread#, status FROM v$thread WHERE enabled <> 'DISABLED' ORDER BY 1`);
  const logs = await rowsOf(
    session,
    `SELECT thread#, MAX(sequence#) AS newest, MAX(next_change#) AS reached FROM v$archived_log WHERE next_change# > ${scn} GROUP BY thread#`,
  );
  return {
    scn,
    threads: threads.map((row) => {
      const log = logs.find((one) => one['THREAD#'] === row['THREAD#']);
      return {
        thread: small(row['THREAD#']),
        sequence: log && small(log['NEWEST']),
        nextScn: log && big(log['REACHED']),
        isProved: log !== undefined || row['STATUS'] === 'CLOSED',
      };
    }),
  };
};

const claimModules = { exclusive: 'orasync claim', weak: 'orasync weak claim' } as const;
const isOurs = `module IN ('orasync', '${claimModules.exclusive}', '${claimModules.weak}')`;

const claimOf = (module: string): SessionFacts['claim'] =>
  (['exclusive', 'weak'] as const).find((kind) => claimModules[kind] === module);
const ownAction = (purpose: string): string => quoted(purpose.slice(0, 32));

const listSessions = async (session: ServerSession, where: string): Promise<readonly SessionFacts[]> => {
  const rows = await rowsOf(
    session,
    `SELECT inst_id, sid, serial#, module, action, status, event FROM gv$session WHERE ${isOurs} AND ${where} ORDER BY 1, 2`,
  );
  return rows.map((row) => ({
    instance: small(row['INST_ID']),
    sid: small(row['SID']),
    serial: small(row['SERIAL#']),
    purpose: text(row['ACTION']),
    claim: claimOf(text(row['MODULE'])),
    status: text(row['STATUS']),
    event: optionalText(row['EVENT']),
    loggedOnAt: undefined,
  }));
};

/** The sessions that were opened for this purpose and have not ended. */
export const findSessions = (session: ServerSession, purpose: string): Promise<readonly SessionFacts[]> =>
  listSessions(session, `action = ${ownAction(purpose)}`);

/** ALTER SYSTEM KILL SESSION. */
export const killSession = async (
  session: ServerSession,
  { sid, serial, instance }: SessionFacts,
): Promise<'killed' | 'marked' | 'gone'> => {
  try {
    await session.execute(`ALTER SYSTEM KILL SESSION '${sid},${serial},@${instance}' IMMEDIATE`);
    return 'killed';
  } catch (error) {
    if (!(error instanceof OracleError)) throw error;
    if (error.code === 'ORA-00031') return 'marked';
    if (error.code === 'ORA-00030') return 'gone';
    throw error;
  }
};

const releaseLock = 'DECLARE answer INTEGER; BEGIN answer := DBMS_LOCK.RELEASE(730211957); END;';

/** Asks for the lock, marks the session, and looks who else is marked; steps back when there is one. */
export const claimDatabase = async (session: ServerSession, purpose: string): Promise<ClaimFacts> => {
  const setModule = (module: string) =>
    session.execute(`BEGIN DBMS_APPLICATION_INFO.SET_MODULE('${module}', ${ownAction(purpose)}); END;`);
  const refusal = await requestLock(session);
  const isTaken = refusal === 'ORA-20201';
  const kind = refusal === undefined ? 'exclusive' : 'weak';
  if (!isTaken) await setModule(claimModules[kind]);
  const others = await listSessions(session, `sid <> ${session.id}`);
  const by = others.filter(({ claim }) => (kind === 'weak' ? claim !== undefined : claim === 'weak'));
  if (isTaken) return { kind: 'taken', by };
  if (by.length > 0) {
    await setModule('orasync');
    if (kind === 'exclusive') await session.execute(releaseLock);
    return { kind: 'taken', by };
  }
  return refusal === undefined ? { kind: 'exclusive' } : { kind: 'weak', reason: refusal, others };
};

/** @returns The code of the refusal; `undefined` when the lock was given. */
const requestLock = async (session: ServerSession): Promise<string | undefined> => {
  try {
    await session.execute(`DECLARE
      answer INTEGER;
    BEGIN
      answer := DBMS_LOCK.REQUEST(730211957, 6, 0, FALSE);
      IF answer = 1 THEN RAISE_APPLICATION_ERROR(-20201, 'taken'); END IF;
    END;`);
    return undefined;
  } catch (error) {
    if (!(error instanceof OracleError)) throw error;
    return error.code;
  }
};
