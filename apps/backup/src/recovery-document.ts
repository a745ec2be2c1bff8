import { type Failure, formatTable } from '@orasync/app-shell';
import type { RecoveryReport } from '@orasync/core';
import { findingRows, formatIdentity } from './rows.js';

/** One entry of `{ "recoveries": [ … ] }`. */
export interface RecoveryDocument extends RecoveryReport {
  readonly exit: number;
  readonly error?: Failure;
}

const modes = {
  off: 'no file was in it',
  ended: 'ended, and confirmed',
  on: 'STILL ON',
  unknown: 'not looked into',
} as const satisfies Record<RecoveryReport['backupMode'], string>;

/** A recovery for people. */
export const formatRecovery = (recovery: RecoveryDocument): string => {
  const { dbid, openMode, leftovers, labels, procedure, findings, error } = recovery;
  const nothing = recovery.exit === 0 && recovery.backupMode === 'off' && labels.length === 0;
  const table = formatTable([
    ['database', `${formatIdentity(recovery)}${dbid === undefined ? '' : `, ${openMode}`}`],
    ['backup mode', modes[recovery.backupMode]],
    ...leftovers.flatMap(({ isOurs, files, scn, since, evidence }) => [
      [
        isOurs ? 'ours' : 'not ours',
        `${files.length} data file(s) since ${since ?? 'unknown'}, SCN ${scn ?? 'unknown'}`,
      ],
      ['evidence', evidence],
      ...(isOurs && leftovers.length === 1
        ? []
        : files.map(({ number, path }) => ['file', `${number}${path === undefined ? '' : ` ${path}`}`])),
    ]),
    ...labels.map(({ set, state, snapshots }) => [
      'labelled',
      `${set} as ${state}: ${snapshots.map(({ name }) => name).join(', ')}`,
    ]),
    ...findingRows(findings),
    ...(error === undefined || findings.some(({ message }) => message === error.message)
      ? []
      : [['failed', error.message]]),
    ...(nothing ? [['verdict', 'nothing to do']] : []),
  ]);
  if (procedure.length === 0) return table;
  return [table, 'What to do:', ...procedure.map((line, index) => `${`${index + 1}`.padStart(3)}. ${line}`)].join('\n');
};
