import { expect, type onTestFinished, vi } from 'vitest';
import { completeSets, expectNoSecret, readRun, untilAllGone } from './aftermath.js';
import { familyOf, setUp, untilEnded } from './program.js';

/** A moment of a run: just before or just after a call takes effect. */
export interface Moment {
  /** A part of the call's text in the journal; empty for any call. */
  readonly match: string;
  /** Lets so many such calls pass. */
  readonly skip: number;
  readonly when: 'before' | 'after';
}

/** What is done to the run then. */
export type Blow = 'kill run' | 'kill guard' | 'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'SIGSTOP';

/** Exit statuses that a blow may lead to, `null` for a process that was killed. 0 is for a blow that came too late to matter. */
const statusesAfter: Readonly<Record<Blow, readonly (number | null)[]>> = {
  'kill run': [null],
  // Before BEGIN nothing was changed, and in the window the run ENDs by itself. Once END is over the guard is not needed.
  'kill guard': [0, 1],
  SIGTERM: [143, 0],
  SIGINT: [130, 0],
  SIGHUP: [129, 0],
  SIGSTOP: [6, 0],
};

/** Out of backup mode so soon after a blow, and everything that belonged to the run gone so soon after its end. */
const limitMs = 10_000;
const leaseMs = 2000;

/** What came of a blow. */
export interface Struck {
  readonly status: number | null;
  /** From the blow until no file was in backup mode; `undefined` when none was in it then or later. */
  readonly hotMs: number | undefined;
}

/**
 * Runs the built program, strikes it at a moment, and checks what must be true afterwards: the database out of backup mode in
 * time, no process and no session left, a status that is documented, a next run that succeeds, and a catalogue that tells the
 * truth.
 *
 * @returns `undefined` when the run did not come to that moment.
 */
export const strike = async (
  moment: Moment,
  blow: Blow,
  onFinished: typeof onTestFinished,
): Promise<Struck | undefined> => {
  const context = await setUp({ data: 2 }, onFinished);
  const { testbed, spawnBackup, backup, remaining, activeFiles } = context;
  const { journal } = testbed.world;
  const args = ['--quiet', '--json', '-c', context.writeConfig({ guardLeaseMs: leaseMs }, '20s')];
  journal.hold(moment);
  const child = spawnBackup(args);
  const { pid } = child;
  if (pid === undefined) throw new Error('the program did not start');
  const ended = untilEnded(child);
  const held = journal.waitFor((entry) => entry.held === moment.when).then(() => true);
  if (!(await Promise.race([held, ended.then(() => false)]))) return undefined;

  const guard = familyOf(pid).find(({ commandLine }) => commandLine.includes('guard-main'))?.pid;
  const struckAtMs = performance.now();
  if (blow === 'kill run') process.kill(pid, 'SIGKILL');
  else if (blow !== 'kill guard') process.kill(pid, blow);
  else if (guard !== undefined) process.kill(guard, 'SIGKILL');
  journal.release(moment.match);

  /** What was asked has come to its end, BEGIN above all, and no file is in backup mode. */
  const isQuiet = () => journal.entries.every(({ outcome }) => outcome !== undefined) && activeFiles() === 0;
  let hotMs: number | undefined;
  await vi.waitFor(
    () => {
      if (activeFiles() > 0) hotMs = performance.now() - struckAtMs;
      expect(isQuiet()).toBe(true);
    },
    { timeout: limitMs, interval: 10 },
  );
  if (blow === 'SIGSTOP') {
    await vi.waitFor(() => expect(performance.now() - struckAtMs).toBeGreaterThan(1.5 * leaseMs), { timeout: limitMs });
    expect(isQuiet()).toBe(true);
    process.kill(pid, 'SIGCONT');
  }
  const struck = await ended;
  expect(struck).toEqual({ ...struck, status: expect.toBeOneOf([...statusesAfter[blow]]) });
  expect(activeFiles()).toBe(0);
  await untilAllGone(context, limitMs);
  expectNoSecret(context, struck);

  const complete = await completeSets(context);
  if (struck.status !== null) {
    const run = readRun(struck);
    expect({ complete, run }).toEqual({ complete: run.exit === 0 ? [run.set] : [], run });
  }
  const next = await backup(args);
  expect(next).toEqual({ ...next, status: 0 });
  expect(await completeSets(context)).toContain(readRun(next).set);
  await vi.waitFor(() => expect(remaining()).toEqual([]), { timeout: limitMs, interval: 50 });
  return { status: struck.status, hotMs };
};
