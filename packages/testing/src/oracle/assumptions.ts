/**
 * What nobody knows of a real database, so that either answer can be tried. Source: oracle-hot-backup.md section 13; the
 * defaults are the answers that this simulation assumes.
 */
export interface Assumptions {
  /** 2: END BACKUP of everything speaks of files that were not in backup mode (ORA-01260), having done its work. Default no. */
  endWarns: boolean;
  /** 3: a refused BEGIN BACKUP has begun the files before the one that refused. Default no. */
  beginIsPartial: boolean;
  /** 4: BEGIN in the root takes files of closed containers along. Default no. */
  beginsClosedContainers: boolean;
  /** 5: offline files have a row OFFLINE NORMAL in V$BACKUP. Default no row. */
  listsOfflineFiles: boolean;
  /** 6: END waits for a BEGIN that is still running. Default no: that BEGIN takes effect afterwards. */
  endWaitsForBegin: boolean;
  /** Section 5.3: after a crash in backup mode, files that were not in it show UNKNOWN ERROR while mounted. Default no. */
  showsUnknownError: boolean;
  /** V$PDBS shows containers to accounts whose CONTAINER_DATA hides them elsewhere. Default no. */
  showsHiddenContainers: boolean;
}

export const usualAssumptions: Assumptions = {
  endWarns: false,
  beginIsPartial: false,
  beginsClosedContainers: false,
  listsOfflineFiles: false,
  endWaitsForBegin: false,
  showsUnknownError: false,
  showsHiddenContainers: false,
};
