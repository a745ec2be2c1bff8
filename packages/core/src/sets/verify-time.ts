import type { SetLabel } from '../catalogue.js';
import { formatTime, type Role } from '../snapshot-name.js';
import { type Failing, judgePoint, type Point } from './points.js';
import type { LabelledSet } from './verify-structure.js';

/**
 * How far a snapshot's time may lie outside: the array's clock is compared with the host's once, over the network, a
 * moment before BEGIN.
 */
const clockToleranceMs = 1000;

/** Backup mode on the array's clock. */
interface ArrayWindow {
  readonly beganAtMs: number;
  readonly endedAtMs: number;
}

const windowOf = ({ begin, end, arrayAheadMs }: SetLabel): ArrayWindow | undefined =>
  begin === undefined || end === undefined || arrayAheadMs === undefined
    ? undefined
    : { beganAtMs: Date.parse(begin.time) + arrayAheadMs, endedAtMs: Date.parse(end.time) + arrayAheadMs };

/**
 * Level 1: whether the data members were made in backup mode, the archive members after it, and whether the archived logs
 * hold the redo of between, as far as times and labels tell. Pure.
 *
 * @param zone  Of the times in the messages.
 *
 * Source: oracle-hot-backup.md section 6.1.
 */
export const verifyTimeAndLogs = ({ label, members }: LabelledSet, zone: string): readonly Point[] => {
  const at = (ms: number) => formatTime(ms, zone);
  const window = windowOf(label);
  const span =
    window && `backup mode lasted from ${at(window.beganAtMs)} to ${at(window.endedAtMs)} on the array's clock`;
  const misplaced = (role: Role, isInPlace: (createdAtMs: number, window: ArrayWindow) => boolean): Failing[] => {
    const snapshots = members.filter((member) => member.role === role).map(({ snapshot }) => snapshot);
    if (window === undefined)
      return snapshots.length === 0 ? [] : [{ message: whyNoWindow(label), outcome: 'unknown' }];
    return snapshots
      .filter(({ createdAt }) => !isInPlace(createdAt.getTime(), window))
      .map((object) => ({ message: `was made at ${at(object.createdAt.getTime())}, and ${span}`, object }));
  };
  return [
    ...judgePoint('window', 1, {
      passed: `every data member was made in backup mode, within ${clockToleranceMs} ms: ${span}`,
      failures: misplaced(
        'data',
        (createdAtMs, { beganAtMs, endedAtMs }) =>
          createdAtMs >= beganAtMs - clockToleranceMs && createdAtMs <= endedAtMs + clockToleranceMs,
      ),
    }),
    ...judgePoint('logs', 1, {
      passed: `the archived logs of every thread hold the redo from SCN ${label.begin?.scn} to ${label.end?.scn}`,
      failures: failuresOfLogs(label),
    }),
    ...judgePoint('archive-after-end', 1, {
      passed:
        label.members.archive === 0
          ? 'the set has no archive member'
          : `every archive member was made after backup mode, within ${clockToleranceMs} ms`,
      failures: misplaced('archive', (createdAtMs, { endedAtMs }) => createdAtMs >= endedAtMs - clockToleranceMs),
    }),
    ...judgePoint('worth', 1, {
      passed: 'the set says what it is worth, and has the members for it',
      failures: failuresOfWorth(label),
    }),
  ];
};

const whyNoWindow = ({ begin, end }: SetLabel): string =>
  begin === undefined || end === undefined
    ? 'the label does not say when backup mode began and ended'
    : "the label does not say how far the array's clock was ahead, so its times cannot be compared";

const failuresOfLogs = ({ begin, end, logs, redo }: SetLabel): readonly Failing[] => {
  if (begin === undefined || end === undefined)
    return [{ message: 'the label does not say begin and end SCN', outcome: 'unknown' }];
  if (logs === undefined || logs.length === 0 || redo === undefined)
    return [{ message: 'the label does not say which archived logs hold which redo', outcome: 'unknown' }];
  const failures: string[] = [];
  const threads = logs.map(([thread]) => thread);
  if (new Set(threads).size !== threads.length) failures.push('the label names a thread twice');
  for (const [thread, firstSequence, lastSequence] of logs)
    if (firstSequence > lastSequence)
      failures.push(`thread ${thread}: sequence ${firstSequence} to ${lastSequence} is no range`);
  if (BigInt(begin.scn) > BigInt(end.scn)) failures.push(`begin SCN ${begin.scn} is after end SCN ${end.scn}`);
  if (BigInt(redo.from) > BigInt(begin.scn))
    failures.push(`redo from SCN ${begin.scn} to ${redo.from} is not in the archived logs of every thread`);
  if (BigInt(redo.to) <= BigInt(end.scn))
    failures.push(`redo from SCN ${redo.to} to ${end.scn} is not in the archived logs of every thread`);
  return failures.map((message) => ({ message }));
};

const failuresOfWorth = ({ worth, members }: SetLabel): readonly Failing[] => {
  if (worth === undefined) return [{ message: 'the label does not say what the set is worth', outcome: 'unknown' }];
  const failures: string[] = [];
  if ((worth.logs === 'captured') !== members.archive > 0)
    failures.push(`the label says logs ${worth.logs}, and the set has ${members.archive} archive members`);
  if (worth.controlfile === 'captured' && members.archive === 0)
    failures.push('the label says control file captured, and the set has no archive member');
  return failures.map((message) => ({ message }));
};
