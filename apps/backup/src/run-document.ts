import { type Failure, formatMs, formatTable } from '@orasync/app-shell';
import type { BackupReport } from '@orasync/core';
import { archivedLogRows, formatIdentity, worthRows } from './rows.js';

/** One entry of `{ "runs": [ … ] }`. */
export interface RunDocument extends BackupReport {
  readonly exit: number;
  readonly error?: Failure;
}

/** A run for people. */
export const formatRun = (run: RunDocument): string => {
  const facts = [
    ['database', formatIdentity(run)],
    ['set', run.set ?? 'none'],
    ['state', run.state],
    ...(run.hotWindowMs === undefined ? [] : [['in backup mode', formatMs(run.hotWindowMs)]]),
    ...(run.beginScn === undefined ? [] : [['SCN', `${run.beginScn} to ${run.endScn ?? 'unknown'}`]]),
    ...archivedLogRows(run.archivedLogs),
    ...worthRows(run.worth),
    ...run.snapshots.map(({ role, name, id }) => [`${role} snapshot`, `${name} (${id})`]),
    ...run.findings.map(({ level, message }) => [level, message]),
    ...(run.error === undefined ? [] : [['failed', run.error.message]]),
    ...(run.error?.hint === undefined ? [] : [['hint', run.error.hint]]),
  ];
  return formatTable(facts);
};
