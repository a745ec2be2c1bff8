import {
  applyRetention,
  type PrunableSnapshotArray,
  planRetention,
  RetentionIncompleteError,
  RetentionRefusedError,
  readRetentionFacts,
  retentionPolicy,
} from '@orasync/core';
import { arrayPort, type World } from '@orasync/testing';

const silent = (): void => {};

/**
 * Retention of everything that is older than a minute, as far as the newest set, vetoes, and the day of grace
 * for remains let it.
 *
 * @returns Whether it did all that it planned.
 */
export const prune = async (world: World): Promise<boolean> => {
  const array: PrunableSnapshotArray = arrayPort(world.array);
  const policy = retentionPolicy.parse({ deleteAfter: '1m', minComplete: 1 });
  const { clock } = world;
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  try {
    const facts = await readRetentionFacts({ nameContains: policy.nameContains, targets: [] }, { array, clock });
    const { now, sets } = facts;
    const plan = planRetention(
      sets,
      { database: 'all', volumeIds: 'all' },
      { array: facts.array, policy, now, zone: 'utc' },
    );
    await applyRetention(
      plan,
      { sets, now, arrayTime: facts.array.time },
      { array, clock, log, signal: new AbortController().signal, onRemoval: silent, concurrency: 4 },
    );
    return true;
  } catch (error) {
    const isOfArray = typeof (error as { outcome?: unknown }).outcome === 'string';
    if (!isOfArray && !(error instanceof RetentionRefusedError || error instanceof RetentionIncompleteError))
      throw error;
    return false;
  }
};
