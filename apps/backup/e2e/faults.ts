import { expect, type onTestFinished } from 'vitest';
import { completeSets, expectNoSecret, type RunEntry, readRun, untilAllGone } from './aftermath.js';
import type { Call } from './calls.js';
import { type Context, setUp } from './program.js';
import type { Trouble } from './troubles.js';

/** Short enough that what hangs is given up in seconds, long enough for a busy machine. */
const limits = {
  startMs: 8000,
  connectMs: 4000,
  queryMs: 4000,
  beginMs: 5000,
  endMs: 4000,
  archiveMs: 5000,
  materialMs: 4000,
  guardStartMs: 20_000,
  guardLeaseMs: 4000,
  endAlarmMs: 25_000,
  exitMs: 1000,
  killGraceMs: 500,
};

/** A BEGIN that nobody hears of any more is killed after a minute; all else takes seconds. */
const goneMs = 90_000;

const hasStep = ({ steps }: RunEntry, wanted: string): boolean =>
  steps.some(({ name, outcome }) => name === wanted && outcome === 'ok');

const changedNothing = (run: RunEntry): boolean => !hasStep(run, 'begin') && run.snapshots.length === 0;

/** What a status says of the run, by what its report must bear that out. */
const isBorneOut: Readonly<Record<number, (run: RunEntry) => boolean>> = {
  0: ({ state, steps }) => state === 'complete' && steps.every(({ outcome }) => outcome === 'ok'),
  1: ({ state }) => state === 'none' || state === 'inconsistent',
  3: (run) => hasStep(run, 'end') && run.state === 'partial',
  4: changedNothing,
  5: ({ error }) => error?.code === 'BACKUP_MODE_STUCK',
  6: ({ error, steps }) => error?.code === 'GUARD_FIRED' && steps.some(({ name }) => name === 'begin'),
  10: changedNothing,
  11: changedNothing,
  12: changedNothing,
};

/** The statuses that something which goes wrong at this point of a run may lead to. */
export const statusesAt: Readonly<Record<Call['phase'], readonly number[]>> = {
  before: [0, 1, 3, 4, 5, 6, 10, 11, 12],
  begin: [0, 1, 3, 5, 6, 11, 12],
  window: [0, 1, 3, 5, 6],
  after: [0, 3],
};

/** Nobody has files in backup mode, or a stranger still has. */
const expectOut = ({ activeFiles }: Context, { leavesStranger }: Trouble): void =>
  expect({ isOn: activeFiles() > 0 }).toEqual({ isOn: leavesStranger === true });

/**
 * Runs the built program while this goes wrong at this call, and checks what must be true afterwards: the database out of
 * backup mode, a documented status that the report bears out and that is 0 for a set that recovers alone, one document that
 * fits its schema, no secret in anything that was written, and no process left.
 *
 * @returns The entry that the run printed.
 */
export const meet = async (call: Call, trouble: Trouble, onFinished: typeof onTestFinished): Promise<RunEntry> => {
  const context = await setUp({ data: 2 }, onFinished);
  const { testbed, backup, writeConfig } = context;
  trouble.strike(testbed.world, call);
  const ended = await backup(['--quiet', '--json', '-c', writeConfig(limits, '6s')]);
  const { status } = ended;
  const run = readRun(ended);
  expect({ run, isHonest: isBorneOut[run.exit]?.(run) }).toEqual({ run, isHonest: true });
  // A BEGIN whose session hangs is waited for a minute, and may take effect until then.
  const mayStick = trouble.undo !== undefined || call.phase === 'begin';
  expect({ ...ended, isStuck: status === 5 && !mayStick }).toEqual({ ...ended, isStuck: false });
  // Its guard goes on trying, and can do it from here on.
  if (status === 5) trouble.undo?.(testbed.world);
  else expectOut(context, trouble);
  // Room for archived logs: a session that waits for it goes then. And what lasts is over before anybody looks at the array.
  testbed.world.database.state.isArchiveDestinationFull = false;
  testbed.world.faults.clear();
  await untilAllGone(context, goneMs);
  expectOut(context, trouble);
  expectNoSecret(context, ended);
  const complete = await completeSets(context);
  expect({ complete, run }).toEqual({ complete: status === 0 ? [run.set] : [], run });
  return run;
};
