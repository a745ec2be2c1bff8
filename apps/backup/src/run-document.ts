import { type Failure, formatMs, formatTable } from '@orasync/app-shell';
import type { BackupReport } from '@orasync/core';

/** One entry of `{ "runs": [ … ] }`. */
export interface RunDocument extends BackupReport {
  readonly exit: number;
  readonly error?: Failure;
}

/** A run for people. */
export const formatRun = (run: RunDocument): string => {
  const { worth } = run;
  const facts = [
    ['database', `${run.database}${run.dbid === undefined ? '' : ` (${run.uniqueName}, DBID ${run.dbid})`}`],
    ['set', run.set ?? 'none'],
    ['state', run.state],
    ...(run.hotWindowMs === undefined ? [] : [['in backup mode', formatMs(run.hotWindowMs)]]),
    ...(run.beginScn === undefined ? [] : [['SCN', `${run.beginScn} to ${run.endScn ?? 'unknown'}`]]),
    ...run.archivedLogs.map(({ thread, firstSequence, lastSequence }) => [
      'archived logs',
      `thread ${thread}, sequence ${firstSequence} to ${lastSequence}`,
    ]),
    ...(worth === undefined
      ? []
      : [['worth', `coverage ${worth.coverage}, logs ${worth.logs}, control file ${worth.controlfile}`]]),
    ...run.snapshots.map(({ role, name, id }) => [`${role} snapshot`, `${name} (${id})`]),
    ...run.findings.map(({ level, message }) => [level, message]),
    ...(run.error === undefined ? [] : [['failed', run.error.message]]),
    ...(run.error?.hint === undefined ? [] : [['hint', run.error.hint]]),
  ];
  return formatTable(facts);
};
