import { readCatalogue } from '@orasync/core';
import { arrayPort, recover } from '@orasync/testing';
import { expect, vi } from 'vitest';
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

/** Exit statuses that a blow may lead to; `null` when the process was killed. 0 is for the last calls, which change nothing. */
const statusesAfter: Readonly<Record<Blow, readonly (number | null)[]>> = {
  'kill run': [null],
  // While it logs on the guard is not ready yet: refused, and nothing was changed. Once END is over it is not needed.
  'kill guard': [0, 1],
  SIGTERM: [143, 0, 3],
  SIGINT: [130, 0, 3],
  SIGHUP: [129, 0, 3],
  SIGSTOP: [6, 0, 1],
};

/** Out of backup mode so soon after a blow, or after BEGIN has returned. */
const limitMs = 10_000;

const guardOf = (pid: number): number | undefined =>
  familyOf(pid).find(({ commandLine }) => commandLine.includes('guard-main'))?.pid;

/**
 * Runs the built program, strikes it at a moment, and checks what must be true afterwards: the database out of backup mode in
 * time, no session left, a status that is documented, a next run that succeeds, and a catalogue that tells the truth.
 *
 * @returns Whether the run came to that moment.
 */
export const strike = async (moment: Moment, blow: Blow): Promise<boolean> => {
  const { testbed, spawnBackup, backup, activeFiles } = await setUp();
  const { journal, database, array } = testbed.world;
  const args = ['--quiet', '--json', '-c', testbed.address.config];
  journal.hold(moment);
  const child = spawnBackup(args);
  const { pid } = child;
  if (pid === undefined) throw new Error('the program did not start');
  const ended = untilEnded(child);
  const held = journal.waitFor((entry) => entry.held === moment.when).then(() => true);
  if (!(await Promise.race([held, ended.then(() => false)]))) return false;

  const guard = guardOf(pid);
  if (blow === 'kill run') process.kill(pid, 'SIGKILL');
  else if (blow !== 'kill guard') process.kill(pid, blow);
  else if (guard !== undefined) process.kill(guard, 'SIGKILL');
  journal.release(moment.match);
  await vi.waitFor(() => expect(activeFiles()).toBe(0), { timeout: limitMs, interval: 20 });
  if (blow === 'SIGSTOP') {
    await vi.waitFor(() => expect(guard === undefined || !isHot(journal.entries)).toBe(true), { timeout: limitMs });
    process.kill(pid, 'SIGCONT');
  }
  const { status, stdout } = await ended;
  expect(statusesAfter[blow]).toContain(status);
  expect(activeFiles()).toBe(0);
  await vi.waitFor(() => expect(database.state.sessions).toEqual([]), { timeout: limitMs, interval: 20 });

  const next = await backup(args);
  expect(next.status, next.stderr).toBe(0);
  const sets = await readCatalogue('orasync', { array: arrayPort(array), now: new Date() });
  const complete = sets.filter(({ state }) => state === 'complete');
  for (const set of complete) {
    const contents = set.members.map(({ snapshot }) => array.contentOf(snapshot.id));
    expect(recover(database, contents)).toMatchObject({ consistent: true });
  }
  const [run] = status === null ? [] : (JSON.parse(stdout) as { runs: { set?: string; exit: number }[] }).runs;
  if (run !== undefined && run.exit !== 0) expect(complete.map(({ id }) => id)).not.toContain(run.set);
  return true;
};

/** Whether BEGIN was sent and END was not confirmed. */
const isHot = (entries: readonly { readonly what: string; readonly outcome?: string }[]): boolean => {
  const last = (pattern: RegExp) =>
    entries.findLastIndex(({ what, outcome }) => pattern.test(what) && outcome === 'ok');
  return last(/BEGIN BACKUP/i) > last(/END BACKUP/i);
};
