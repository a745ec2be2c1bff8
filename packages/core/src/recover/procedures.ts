/**
 * What to do with an instance that stopped while its files were in backup mode, so that OPEN answers ORA-10873. Nothing of
 * it is ever done for the operator: END BACKUP on restored files instead of recovery leaves them corrupt, and says nothing.
 *
 * Source: oracle-hot-backup.md section 5.3.
 */
export const crashProcedure: readonly string[] = [
  'Nothing was changed. The database is not open read write, and there END BACKUP may be wrong: whether it is, the files themselves cannot tell.',
  'If another instance of the same database is open, stop here and run this command against that one.',
  'Find out whether every data file is the original one: since the crash nothing was restored or reverted, and this is no copy of the database (on the array, its volumes are masters and not clones of snapshots). In doubt, take them for restored.',
  'Original files, the quick way: log on AS SYSDBA, ALTER DATABASE END BACKUP; then ALTER DATABASE OPEN;',
  'Original files, the slow and also safe way: RECOVER DATABASE; then ALTER DATABASE OPEN;',
  'Any restored file: only RECOVER, never END BACKUP. `orasync-backup runbook SET` prints how.',
];

/** The same for an account that an instance which is not open keeps out (ORA-01033). */
export const shutOutProcedure: readonly string[] = [
  'The instance is starting, stopping or mounted, and then lets only administrators in: wait for it to open, or go on as one.',
  "On the database host: sqlplus / AS SYSDBA, then SELECT open_mode FROM v$database; and SELECT file#, change#, time FROM v$backup WHERE status = 'ACTIVE';",
  'MOUNTED with no row ACTIVE: it is not backup mode that keeps it. MOUNTED with rows, and ALTER DATABASE OPEN answers ORA-10873: it stopped in backup mode, and the rest applies.',
  ...crashProcedure,
];

/**
 * What to do when the claim is held by sessions of a run that is no more, such as one whose host is lost.
 *
 * Source: oracle-hot-backup.md section 5.4.
 */
export const claimedProcedure: readonly string[] = [
  'Nothing was changed. A run that is at work ends backup mode by itself.',
  "Only if its host is lost: SELECT inst_id, sid, serial#, module, action, logon_time FROM gv$session WHERE module LIKE 'orasync%'; end each with ALTER SYSTEM KILL SESSION 'sid,serial#,@inst_id' IMMEDIATE; and run this command again.",
];
