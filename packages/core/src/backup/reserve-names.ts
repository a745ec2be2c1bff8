import { labelKeys, parseNameReservation } from '../catalogue.js';
import type { Clock, SnapshotArray } from '../ports.js';

/**
 * The names that runs of other databases have written down, those of runs that are long over among them. Two databases whose
 * first data target is the same one see each other only while the last to write is still at it: the array's refusal of a
 * name that exists already (409) comes on top.
 *
 * @param set  The asking run's own.
 */
export const readTakenNames = async (
  set: string,
  array: Pick<SnapshotArray, 'listLabels'>,
): Promise<ReadonlySet<string>> => {
  const names = new Set<string>();
  for (const { objectId, value } of await array.listLabels(labelKeys.names)) {
    const reservation = parseNameReservation(value);
    if (reservation === undefined || reservation.id !== objectId || reservation.set === set) continue;
    for (const name of reservation.names) names.add(name);
  }
  return names;
};

/** A second after `fromMs`, by chance one of the next `seconds` whose names are free; the last of them when none is. */
export const chooseFreeSecond = (
  {
    fromMs,
    seconds,
    namesAt,
    taken,
  }: {
    readonly fromMs: number;
    readonly seconds: number;
    readonly namesAt: (ms: number) => readonly string[];
    readonly taken: ReadonlySet<string>;
  },
  clock: Pick<Clock, 'random'>,
): number => {
  const free = Array.from({ length: seconds }, (_, index) => fromMs + (index + 1) * 1000).filter(
    (ms) => !namesAt(ms).some((name) => taken.has(name)),
  );
  return free[Math.floor(clock.random() * free.length)] ?? fromMs + seconds * 1000;
};
