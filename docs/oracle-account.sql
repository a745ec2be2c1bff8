-- The account that orasync logs on with. Not a script to run whole: take the lines of the part and of the form that fit, and
-- run them once, in SQL*Plus, as a user with SYSDBA:
--
--   A  SYSBACKUP, 12.1 and later. Recommended: it can also log on while the database is only mounted, or while the archiver
--      is stuck, and it may write the parameter file. Configuration: role: SYSBACKUP
--   B  No administrative privilege, every release. It may do what orasync does and no more, but it cannot log on to a
--      mounted instance (ORA-01033) or past a stuck archiver (ORA-00257): after such an event backup mode has to be ended by
--      hand, or by another account. The parameter file is left out of the restore material. Configuration: no role
--
-- In a container database connect to CDB$ROOT and run the form for it: backup mode is begun and ended for the whole database.
-- Afterwards `orasync-backup check` names what is missing. Nothing here has to be granted again for a new data file or PDB.

ACCEPT password CHAR PROMPT 'Password of the new account: ' HIDE
SET VERIFY OFF
WHENEVER SQLERROR EXIT FAILURE


-- A. SYSBACKUP -----------------------------------------------------------------------------------------------------------

-- Not a container database:
CREATE USER orasync IDENTIFIED BY "&password";
GRANT CREATE SESSION TO orasync;
-- ALTER DATABASE and ALTER SYSTEM, every V$ view, CREATE PFILE. Writes the account to the password file, which a logon over
-- the network needs.
GRANT SYSBACKUP TO orasync;

-- A container database, in CDB$ROOT:
CREATE USER c##orasync IDENTIFIED BY "&password" CONTAINER=ALL;
GRANT CREATE SESSION TO c##orasync CONTAINER=CURRENT;
GRANT SYSBACKUP TO c##orasync CONTAINER=CURRENT;

-- Both. The claim that keeps two runs apart: a lock that goes with its session. A logon AS SYSBACKUP acts as the user
-- SYSBACKUP, so this has to be granted to that one; a grant to the account itself does not count. Without it runs look for each
-- other in GV$SESSION, which is weaker, and say so.
GRANT EXECUTE ON SYS.DBMS_LOCK TO SYSBACKUP;
-- The manifest of files in the restore material: which file lay on which volume. The directory is that of restoreMaterial. As
-- above, the right goes to SYSBACKUP. Without it the set is complete, and the report warns.
CREATE DIRECTORY orasync AS '/path/of/restoreMaterial';
GRANT READ, WRITE ON DIRECTORY orasync TO SYSBACKUP;


-- B. Without an administrative privilege -----------------------------------------------------------------------------------

-- Not a container database:
DEFINE account = orasync
CREATE USER &account IDENTIFIED BY "&password";

-- A container database, in CDB$ROOT:
DEFINE account = c##orasync
CREATE USER &account IDENTIFIED BY "&password" CONTAINER=ALL;
-- Without this the account sees no file of any PDB, neither where it lies nor whether it is in backup mode.
ALTER USER &account SET CONTAINER_DATA=ALL CONTAINER=CURRENT;
-- Lists the PDBs, to see whether one was opened or added during the run.
GRANT SELECT ON SYS.V_$PDBS TO &account;

-- Both. The right to change something:
GRANT CREATE SESSION TO &account;
-- BEGIN BACKUP, END BACKUP, BACKUP CONTROLFILE.
GRANT ALTER DATABASE TO &account;
-- ARCHIVE LOG CURRENT, and KILL SESSION for a session of ours whose client was lost.
GRANT ALTER SYSTEM TO &account;
-- The claim that keeps two runs apart (see A).
GRANT EXECUTE ON SYS.DBMS_LOCK TO &account;
-- The manifest of files (see A).
CREATE DIRECTORY orasync AS '/path/of/restoreMaterial';
GRANT READ, WRITE ON DIRECTORY orasync TO &account;

-- Both. The right to look. SELECT_CATALOG_ROLE would do instead of all of these, and shows more.
-- Which database this is, whether it is open, its log mode, role and current SCN.
GRANT SELECT ON SYS.V_$DATABASE TO &account;
GRANT SELECT ON SYS.V_$INSTANCE TO &account;
-- The state and the archiver of every instance of a cluster.
GRANT SELECT ON SYS.GV_$INSTANCE TO &account;
GRANT SELECT ON SYS.V_$THREAD TO &account;
-- Which files are in backup mode, and since which SCN: before BEGIN, beside the snapshot, before and after END.
GRANT SELECT ON SYS.V_$BACKUP TO &account;
-- Where the files lie that a snapshot has to hold, and those it must not hold.
GRANT SELECT ON SYS.V_$DATAFILE TO &account;
GRANT SELECT ON SYS.V_$TEMPFILE TO &account;
GRANT SELECT ON SYS.V_$CONTROLFILE TO &account;
GRANT SELECT ON SYS.V_$LOGFILE TO &account;
GRANT SELECT ON SYS.V_$PARAMETER TO &account;
GRANT SELECT ON SYS.V_$BLOCK_CHANGE_TRACKING TO &account;
GRANT SELECT ON SYS.V_$ENCRYPTION_WALLET TO &account;
-- Whether the redo from BEGIN to END was archived, and to where.
GRANT SELECT ON SYS.V_$LOG TO &account;
GRANT SELECT ON SYS.V_$ARCHIVED_LOG TO &account;
GRANT SELECT ON SYS.V_$ARCHIVE_DEST TO &account;
-- Room for archived logs.
GRANT SELECT ON SYS.V_$RECOVERY_FILE_DEST TO &account;
-- Which disks belong to the database, and whether they are being rebalanced.
GRANT SELECT ON SYS.V_$ASM_DISKGROUP TO &account;
GRANT SELECT ON SYS.V_$ASM_DISK TO &account;
GRANT SELECT ON SYS.V_$ASM_OPERATION TO &account;
-- Whether RMAN is at work.
GRANT SELECT ON SYS.GV_$SESSION_LONGOPS TO &account;
-- Other runs, and a BEGIN BACKUP that goes on although its client is gone.
GRANT SELECT ON SYS.GV_$SESSION TO &account;

UNDEFINE password
