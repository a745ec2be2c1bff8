import { type Account, readAccount } from './account.js';
import { type ArchivedLog, readArchivedLogs } from './archived-logs.js';
import { type Asking, queryOne } from './ask.js';
import { type Asm, readAsm } from './asm.js';
import type { BackupMode } from './backup-mode.js';
import { type BackupState, readBackupStates } from './backup-states.js';
import { type Datafile, readDatafiles } from './datafiles.js';
import { type FileInventory, readFileInventory } from './file-inventory.js';
import { type OnlineLog, readOnlineLogs } from './online-logs.js';
import * as queries from './queries.js';
import { type DatabaseStatus, readStatus } from './status.js';

/**
 * What a session reads; nothing of it changes the database. A fact typed `Known` is unknown, with the reason, where the
 * release has no such view or column or the account may not read it; what all else rests on fails instead.
 */
export interface OracleReads {
  readStatus(): Promise<DatabaseStatus>;
  /** Every data file of every container that the account can see; temporary files are not among them. */
  readDatafiles(): Promise<readonly Datafile[]>;
  readBackupMode(): Promise<BackupMode>;
  /** `readBackupMode`, file by file. */
  readBackupStates(): Promise<readonly BackupState[]>;
  /** Every file of the database that is no data file, and where archived logs and recovery files go. */
  readFileInventory(): Promise<FileInventory>;
  /** The online logs of every thread. */
  readOnlineLogs(): Promise<readonly OnlineLog[]>;
  /** The archived logs with redo of (`fromScn`, `toScn`], one entry per destination, by thread and sequence. */
  readArchivedLogs(range: { readonly fromScn: bigint; readonly toScn: bigint }): Promise<readonly ArchivedLog[]>;
  /** Disk groups, disks and what ASM is doing; empty without ASM. */
  readAsm(): Promise<Asm>;
  /** Who this session is and what it may do, found out without trying any of it. */
  readAccount(): Promise<Account>;
}

/** The reads of one session. */
export const oracleReads = (asking: Asking): OracleReads => ({
  readStatus: () => readStatus(asking),
  readDatafiles: () => readDatafiles(asking),
  readBackupMode: () => queryOne(asking, queries.readBackup),
  readBackupStates: () => readBackupStates(asking),
  readFileInventory: () => readFileInventory(asking),
  readOnlineLogs: () => readOnlineLogs(asking),
  readArchivedLogs: (range) => readArchivedLogs(asking, range),
  readAsm: () => readAsm(asking),
  readAccount: () => readAccount(asking),
});
