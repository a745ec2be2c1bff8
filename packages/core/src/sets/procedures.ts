import { z } from 'zod';
import type { DatabaseIdentity, Worth } from '../catalogue.js';
import type { restoreMaterialPaths } from '../restore-material.js';
import type { Source } from './source.js';

const arrayAction = z
  .object({
    action: z.enum(['snapshot', 'restore', 'clone']),
    type: z.enum(['volume', 'filesystem']),
    source: z.object({ id: z.int(), name: z.string().optional() }).describe('what is snapshotted, or a snapshot'),
    target: z.object({ id: z.int(), name: z.string().optional() }).optional().describe('what is restored, in place'),
  })
  .describe('snapshot: keep what is there now; clone: make a writable snapshot of the snapshot, and map it');

export const procedure = z.object({
  id: z.enum(['A', 'B', 'C']),
  title: z.string(),
  isPossible: z.boolean().describe('from this set'),
  why: z.string().optional().describe('it is not possible'),
  steps: z.array(
    z.object({
      where: z.enum(['host', 'array', 'sqlplus']).describe('sqlplus: as SYSDBA or SYSBACKUP'),
      text: z.string(),
      statements: z.array(z.string()),
      array: z.array(arrayAction),
    }),
  ),
});

export type Procedure = z.output<typeof procedure>;
export type RunbookStep = Procedure['steps'][number];
type ArrayAction = z.output<typeof arrayAction>;

/** What the steps are made from. */
export interface ProcedureFacts {
  readonly database: DatabaseIdentity | undefined;
  readonly sources: readonly Source[];
  readonly ranges: readonly {
    readonly thread: number;
    readonly firstSequence: number;
    readonly lastSequence: number;
  }[];
  /** Why nothing can be restored from the data members, or not from the archive members. */
  readonly whyNot: { readonly data?: string; readonly archive?: string };
  readonly worth: Worth | undefined;
  readonly earliestUntilChange: string;
  readonly latestUntilChange: string | undefined;
  readonly material: ReturnType<typeof restoreMaterialPaths>;
}

/** The three ways back. Pure. Source: oracle-hot-backup.md section 6.5, procedures A to C. */
export const planProcedures = (facts: ProcedureFacts): readonly Procedure[] => [
  procedureOf('A', 'data files lost, control files and online redo logs intact: complete recovery', {
    whyNot: facts.whyNot.data ?? whyNotInPlace(facts),
    steps: () => [...restoreInPlace(facts), ...recoverCompletely],
  }),
  procedureOf('B', 'back to a point in time, control files intact', {
    whyNot: facts.whyNot.data ?? whyNotInPlace(facts),
    steps: () => [...restoreInPlace(facts), ...recoverToPoint(facts)],
  }),
  procedureOf('C', 'everything lost: from the snapshots and the control file copy', {
    whyNot: facts.whyNot.data ?? facts.whyNot.archive ?? whyNoControlFile(facts),
    steps: () => [...restoreElsewhere(facts), ...recoverWithCopy(facts)],
  }),
];

const procedureOf = (
  id: Procedure['id'],
  title: string,
  { whyNot, steps }: { readonly whyNot: string | undefined; readonly steps: () => readonly RunbookStep[] },
): Procedure => ({
  id,
  title,
  isPossible: whyNot === undefined,
  ...(whyNot === undefined ? {} : { why: whyNot }),
  steps: whyNot === undefined ? [...steps()] : [],
});

const whyNotInPlace = ({ sources }: ProcedureFacts): string | undefined =>
  sources.some(({ role, parent }) => role === 'data' && parent.name === undefined)
    ? 'something that was snapshotted is not on the array any more'
    : undefined;

const whyNoControlFile = ({ worth }: ProcedureFacts): string | undefined =>
  worth?.controlfile === 'captured' ? undefined : 'the set holds no control file copy';

const inSqlplus = (text: string, ...statements: string[]): RunbookStep => ({
  where: 'sqlplus',
  text,
  statements,
  array: [],
});
const onHost = (text: string): RunbookStep => ({ where: 'host', text, statements: [], array: [] });
const onArray = (text: string, array: readonly ArrayAction[]): RunbookStep => ({
  where: 'array',
  text,
  statements: [],
  array: [...array],
});

/** A step for these, and none when there are none. */
const onArrayForEach = (text: string, array: readonly ArrayAction[]): readonly RunbookStep[] =>
  array.length === 0 ? [] : [onArray(text, array)];

const ofRole = ({ sources }: ProcedureFacts, role: Source['role']) => sources.filter((source) => source.role === role);
const cloneOf = ({ type, snapshot }: Source): ArrayAction => ({ action: 'clone', type, source: snapshot });

const logsInWords = ({ ranges }: ProcedureFacts): string =>
  ranges
    .map(({ thread, firstSequence, lastSequence }) => `thread ${thread}, sequence ${firstSequence} to ${lastSequence}`)
    .join('; ') || 'a sequence that is not recorded';

const openPluggable = 'In a container database, open the pluggable databases too: ALTER PLUGGABLE DATABASE ALL OPEN.';

const restoreInPlace = (facts: ProcedureFacts): readonly RunbookStep[] => {
  const data = ofRole(facts, 'data');
  const archive = ofRole(facts, 'archive');
  const archiveParents = new Set(archive.map(({ parent }) => parent.id));
  const shared = data.filter(({ parent }) => archiveParents.has(parent.id));
  const alone = data.filter(({ parent }) => !archiveParents.has(parent.id));
  return [
    inSqlplus(
      'Where the database is at least mounted, write down which files must not be overwritten, and see that none lies on a volume below.',
      'SELECT NAME FROM V$CONTROLFILE;',
      'SELECT GROUP#, MEMBER FROM V$LOGFILE;',
    ),
    inSqlplus(
      'Stop every instance (RAC: all of them, as with srvctl stop database). Where IMMEDIATE does not end, ABORT.',
      'SHUTDOWN IMMEDIATE',
    ),
    onHost('Unmount the file systems, or dismount the disk groups, of the data volumes on every host.'),
    onArray(
      'Keep what is there now, damaged as it is, by a snapshot of each.',
      data.map(({ type, parent }) => ({ action: 'snapshot', type, source: parent })),
    ),
    ...onArrayForEach(
      'Restore each in place from its snapshot. All that was written to it since is gone, whatever else lies on it.',
      alone.map(({ type, snapshot, parent }) => ({ action: 'restore', type, source: snapshot, target: parent })),
    ),
    onHost('Rescan, and mount them again.'),
    ...onArrayForEach(
      'These hold archived logs too, and must not be restored in place. Map a clone of each and copy the data files alone.',
      shared.map(cloneOf),
    ),
    archive.length === 0
      ? onHost(
          `See that the archived logs are where the database looks for them, from ${logsInWords(facts)} up to the newest. This set holds none.`,
        )
      : onArray(
          `See that the archived logs are where the database looks for them, from ${logsInWords(facts)} up to the newest. Only if some of the set's are gone there, map a clone and copy those.`,
          archive.map(cloneOf),
        ),
    inSqlplus(
      'Mount, one instance alone; in a container database everything here is done from the root. The restored files show as ACTIVE in V$BACKUP: that is right. Do not send END BACKUP. Where flashback is on, turn it off until the database is open: its logs do not fit the restored files.',
      'STARTUP MOUNT',
      'SELECT FILE#, ERROR, STATUS FROM V$RECOVER_FILE;',
    ),
  ];
};

const recoverCompletely: readonly RunbookStep[] = [
  inSqlplus(
    'Recover to the last commit. Archived logs of every thread are read, then the online redo logs.',
    'SET AUTORECOVERY ON',
    'RECOVER DATABASE',
  ),
  inSqlplus(`Open. ${openPluggable}`, 'ALTER DATABASE OPEN;'),
];

const recoverToPoint = ({ earliestUntilChange, latestUntilChange }: ProcedureFacts): readonly RunbookStep[] => [
  inSqlplus(
    `Recover to the point that you want, ${earliestUntilChange} or later: an earlier one ends before the end of backup mode, and the database does not open. UNTIL TIME 'YYYY-MM-DD:HH24:MI:SS' works as well. Put your own SCN in place of this one; all up to it, not including it, is recovered.${latestUntilChange === undefined ? '' : ` The archived logs of the set are enough for ${latestUntilChange}.`}`,
    'SET AUTORECOVERY ON',
    `RECOVER DATABASE UNTIL CHANGE ${earliestUntilChange}`,
  ),
  inSqlplus(
    `Open with RESETLOGS, which gives up all later redo, and make a backup at once. ${openPluggable}`,
    'ALTER DATABASE OPEN RESETLOGS;',
  ),
];

const restoreElsewhere = (facts: ProcedureFacts): readonly RunbookStep[] => [
  onArray(
    'Make a writable clone of every snapshot and give it to the new host; or, when nothing on them is needed any more, restore the volumes in place.',
    facts.sources.map(cloneOf),
  ),
  onHost(
    'Mount them where the originals were mounted. Beside the originals on one host they need other identities: XFS the mount option nouuid, LVM vgimportclone, ASM renamedg.',
  ),
  onHost(
    `Bring what no snapshot holds: the same Oracle version, the keystore (without it, encrypted files do not open), the password file, network files. The parameter file is ${facts.material.pfile} on the archive clone; when the run's account could not write it, write one: db_name ${facts.database?.name}, db_unique_name ${facts.database?.uniqueName}, control_files, and for RAC cluster_database=FALSE until it is open.`,
  ),
  inSqlplus('Start an instance.', `STARTUP NOMOUNT PFILE='${facts.material.pfile}'`),
  onHost(`Copy ${facts.material.controlfile} to every path of the parameter control_files.`),
  inSqlplus(
    `Mount. The DBID must be ${facts.database?.dbid}. Where paths differ, rename each file: ALTER DATABASE RENAME FILE 'old' TO 'new'. The script ${facts.material.trace} lists them all, and ${facts.material.manifest} which of them lay on which volume, where the run could write it. If a read-only file stops the recovery with ORA-01233, take it OFFLINE until the database is open.`,
    'ALTER DATABASE MOUNT;',
    'SELECT DBID FROM V$DATABASE;',
    'SELECT FILE#, STATUS, NAME FROM V$DATAFILE;',
  ),
];

const recoverWithCopy = (facts: ProcedureFacts): readonly RunbookStep[] => [
  inSqlplus(
    `Recover. At each prompt give the archived log that is suggested, by its path on the archive clone: ${logsInWords(facts)}; every thread's are needed. After the last one that there is, answer CANCEL. Too early a CANCEL gives ORA-01547 and ORA-01194: then recover further. What must be reached is SCN ${facts.earliestUntilChange}${facts.latestUntilChange === undefined ? '' : `; the logs of the set reach ${facts.latestUntilChange}`}.`,
    'RECOVER DATABASE USING BACKUP CONTROLFILE UNTIL CANCEL',
  ),
  inSqlplus(`Open with RESETLOGS. ${openPluggable}`, 'ALTER DATABASE OPEN RESETLOGS;'),
  inSqlplus(
    `Add temporary files, in every container: no backup has them, and ${facts.material.trace} has the statements at its end. Then make a backup at once.`,
    "ALTER TABLESPACE TEMP ADD TEMPFILE '<path>' SIZE 1G AUTOEXTEND ON;",
  ),
];
