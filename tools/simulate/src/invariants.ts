import { type BackupReport, readCatalogue, type SnapshotArray } from '@orasync/core';
import { recover, type World } from '@orasync/testing';
import { markedSets } from './marked-sets.js';

/** How one run of the program under test ended. */
export interface RunEnd {
  readonly name: string;
  /** `dead`: killed. `hung`: it never ended. */
  readonly kind: 'complete' | 'failed' | 'dead' | 'hung';
  readonly report: BackupReport | undefined;
  readonly error: unknown;
  /** Its guard ended backup mode by itself. */
  readonly hasFired: boolean;
}

/** A time that files were in backup mode by a BEGIN of ours, and how long that might be at most. */
export interface Exposure {
  readonly what: string;
  readonly longestMs: number;
  readonly allowedMs: number;
}

const codeOf = (error: unknown): string => String((error as { code?: unknown } | undefined)?.code ?? error);

/** What is wrong with the world after everything came to rest; nothing, when all promises were kept. */
export const violations = async ({
  world,
  array,
  ends,
  exposures,
  mishaps,
  isStrangerActive,
  isStrangerSafe,
  isEndHindered,
  hasPruned,
  bystanders,
}: {
  readonly world: World;
  readonly array: SnapshotArray;
  readonly ends: readonly RunEnd[];
  readonly exposures: readonly Exposure[];
  /** What was seen to go wrong on the way. */
  readonly mishaps: readonly string[];
  /** Backup mode that somebody else began and did not end. */
  readonly isStrangerActive: boolean;
  /** Every run could note its end, so that what somebody else began right after it cannot be taken for its own. */
  readonly isStrangerSafe: boolean;
  /** Something was in the way of END, so that a run may not know whether it took effect. */
  readonly isEndHindered: boolean;
  /** Retention was at work. */
  readonly hasPruned: boolean;
  /** Everything that is not ours, described before and now. */
  readonly bystanders: { readonly before: string; readonly after: string };
}): Promise<readonly string[]> => {
  const found: string[] = [...mishaps];
  const active = world.database.state.files.filter(({ backup }) => backup.isActive).length;
  if (!isStrangerActive && active > 0) found.push(`${active} files were left in backup mode`);
  if (isStrangerActive && isStrangerSafe && active === 0) found.push("somebody else's backup mode was ended");
  for (const { what, longestMs, allowedMs } of exposures)
    if (longestMs > allowedMs)
      found.push(`files were in backup mode for ${longestMs} ms ${what}, allowed were ${allowedMs} ms`);
  if (bystanders.before !== bystanders.after)
    found.push(`what is not ours was touched:\n  before ${bystanders.before}\n  after  ${bystanders.after}`);

  const sets = await readCatalogue('orasync', { array, now: new Date(world.clock.now()) });
  const complete = sets.filter(({ state }) => state === 'complete');
  for (const set of complete) {
    const recovery = recover(
      world.database,
      set.members.map(({ snapshot }) => world.array.contentOf(snapshot.id)),
    );
    if (!recovery.consistent) found.push(`set ${set.id} is called complete, and does not recover: ${recovery.reason}`);
  }
  for (const { set, recovery } of markedSets(world))
    if (!recovery.consistent) found.push(`set ${set} did not recover when it was marked complete: ${recovery.reason}`);
  const names = complete.map(({ id }) => id);
  // Retention may have removed it since, but only whole.
  const isGone = (id: string | undefined) => hasPruned && !sets.some((set) => set.id === id);
  for (const { name, kind, report, error, hasFired } of ends) {
    if (kind === 'complete' && hasFired) found.push(`${name} told of success, although its guard ended backup mode`);
    if (kind === 'hung') found.push(`${name} never ended`);
    if (codeOf(error) === 'BACKUP_MODE_STUCK' && !isEndHindered)
      found.push(`${name} tells that backup mode may be on, although nothing was in the way of END`);
    if (kind === 'complete' && !names.includes(report?.set ?? '') && !isGone(report?.set))
      found.push(`${name} told of success, and its set ${report?.set} is not complete`);
    if (kind === 'failed' && report?.state === 'complete')
      found.push(`${name} failed with ${codeOf(error)}, and its report calls the set complete`);
    if (kind === 'failed' && codeOf(error) !== 'COMPLETE_UNKNOWN' && names.includes(report?.set ?? ''))
      found.push(`${name} failed with ${codeOf(error)}, and its set ${report?.set} is complete`);
  }
  return found;
};
