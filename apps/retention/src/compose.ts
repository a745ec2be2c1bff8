import { createArrayClient, type DatabaseConfig, type Settings } from '@orasync/app-shell';
import {
  type Log,
  type PrunableSnapshotArray,
  planRetention,
  type RetentionFacts,
  type RetentionPlan,
  type RetentionPolicy,
  type RetentionScope,
  readRetentionFacts,
  snapshotArray,
  systemClock,
  type Target,
} from '@orasync/core';

/** A plan, and the facts that it was made from. */
export interface Planned {
  readonly plan: RetentionPlan;
  readonly facts: RetentionFacts;
}

export interface Composition extends AsyncDisposable {
  readonly array: PrunableSnapshotArray;
  readonly clock: typeof systemClock;
  /** One plan per chosen database; with `allDatabases` one per database of the file, and one for all others on the array. */
  plan(options: { readonly allDatabases: boolean }): Promise<readonly Planned[]>;
}

export const compose = (settings: Settings, log: Log): Composition => {
  const client = createArrayClient(settings, log);
  const array = snapshotArray(client);
  const { zone, retention: defaultPolicy } = settings.config;

  const planOne = async (policy: RetentionPolicy, targets: readonly Target[], scopeOf: ScopeOf): Promise<Planned> => {
    const { nameContains } = policy;
    const facts = await readRetentionFacts({ nameContains, targets }, { array, clock: systemClock });
    const { sets, now, targetIds } = facts;
    return { facts, plan: planRetention(sets, scopeOf(targetIds), { array: facts.array, policy, now, zone }) };
  };

  const planDatabase = ({ name, targets, expect, retention }: DatabaseConfig): Promise<Planned> => {
    const { data, archive } = targets;
    return planOne(retention ?? defaultPolicy, archive === undefined ? [data] : [data, archive], (targetIds) => {
      const [ofData = new Set<number>(), ofArchive = new Set<number>()] = targetIds;
      return { database: name, ...expect, volumeIds: { data: ofData, archive: ofArchive } };
    });
  };

  const planOthers = async (planned: readonly Planned[]): Promise<Planned> => {
    const ids = planned.flatMap(({ plan }) => plan.sets.flatMap(({ snapshots }) => snapshots.map(({ id }) => id)));
    const seen = new Set(ids);
    const { plan, facts } = await planOne(defaultPolicy, [], () => ({ database: 'all others', volumeIds: 'all' }));
    const sets = plan.sets.filter(({ snapshots }) => !snapshots.some(({ id }) => seen.has(id)));
    return { facts, plan: { ...plan, sets } };
  };

  return {
    array,
    clock: systemClock,
    plan: async ({ allDatabases }) => {
      const planned: Planned[] = [];
      for (const database of allDatabases ? settings.config.databases : settings.databases)
        planned.push(await planDatabase(database));
      return allDatabases ? [...planned, await planOthers(planned)] : planned;
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
};

/** @param targetIds  The ids of the datasets of each target. */
type ScopeOf = (targetIds: readonly ReadonlySet<number>[]) => RetentionScope;
