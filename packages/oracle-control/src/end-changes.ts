import type { Change } from './changes.js';
import { isOwned, type Ownership } from './ownership.js';

const endDatabase = 'ALTER DATABASE END BACKUP';

/**
 * Answers to END that leave nothing of ours in backup mode: it was over already (ORA-01142, ORA-01199), there is nothing
 * that could be in it (ORA-01140), or it ended and some files had been out of it (ORA-01260). Whether that is so, V$BACKUP
 * tells.
 *
 * Source: Database Error Messages; oracle-hot-backup.md 4.1. Whether ORA-01260 is an error, a printed warning or only in
 * the alert log is unverified: a published script catches it as an exception of EXECUTE IMMEDIATE.
 */
const ended = ['ORA-01140', 'ORA-01142', 'ORA-01199', 'ORA-01260'];

/**
 * Ends what is ours, in one statement on the server: nobody can change the answer between look and END for longer than
 * that takes. Everything ACTIVE is ours: the whole database. Some of it: file by file, one that fails not keeping the
 * others. Nothing: nothing.
 *
 * Needs ALTER DATABASE and SELECT on V_$BACKUP, and PL/SQL, which a mounted database may not offer.
 *
 * Source: PL/SQL Language Reference, EXECUTE IMMEDIATE; oracle-hot-backup.md 1.1, 5.2 (never end what is somebody else's).
 */
export const endOurs = (ours: Ownership): Change => ({
  label: endDatabase,
  sql: `DECLARE
  all_active NUMBER;
  our_active NUMBER;
  failures VARCHAR2(32767);
BEGIN
  SELECT COUNT(*), COUNT(CASE WHEN ${isOwned(ours)} THEN 1 END) INTO all_active, our_active FROM v$backup WHERE status = 'ACTIVE';
  IF our_active > 0 AND our_active = all_active THEN
    EXECUTE IMMEDIATE '${endDatabase}';
  ELSIF our_active > 0 THEN
    FOR f IN (SELECT file# AS file_number FROM v$backup WHERE status = 'ACTIVE' AND ${isOwned(ours)}) LOOP
      BEGIN
        EXECUTE IMMEDIATE 'ALTER DATABASE DATAFILE ' || f.file_number || ' END BACKUP';
      EXCEPTION
        WHEN OTHERS THEN
          IF SQLCODE NOT IN (-1140, -1142, -1199, -1260) THEN
            failures := failures || ' ' || f.file_number || ':' || SQLCODE;
          END IF;
      END;
    END LOOP;
  END IF;
  IF failures IS NOT NULL THEN
    RAISE_APPLICATION_ERROR(-20101, 'END BACKUP failed for file:code' || failures);
  END IF;
END;`,
  confirmation: 'PL/SQL procedure successfully completed.',
  // ORA-06512 tells the line of the block in which another error was raised.
  accepted: [...ended, 'ORA-06512'],
  limit: 'endMs',
  isUninterruptible: true,
});

const plainly = (sql: string, confirmation: string): Change => ({
  label: sql,
  sql,
  confirmation,
  accepted: ended,
  limit: 'endMs',
  isUninterruptible: true,
});

/**
 * Takes the whole database out of backup mode. Needs ALTER DATABASE, and the database mounted or open.
 *
 * Source: SQL Language Reference, ALTER DATABASE; oracle-hot-backup.md 1.1.
 */
export const endAll: Change = plainly(endDatabase, 'Database altered.');

/** One file. As `endAll`. */
export const endFile = (number: number): Change =>
  plainly(`ALTER DATABASE DATAFILE ${number} END BACKUP`, 'Database altered.');

/** Every file of one pluggable database, from the root. As `endAll`. */
export const endContainer = (name: string): Change =>
  plainly(`ALTER PLUGGABLE DATABASE "${name}" END BACKUP`, 'Pluggable database altered.');
