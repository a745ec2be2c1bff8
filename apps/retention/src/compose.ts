import { createArrayClient, type Settings } from '@orasync/app-shell';
import {
  type Log,
  type PrunableSnapshotArray,
  planRetention,
  type RetentionFacts,
  type RetentionPlan,
  type RetentionPolicy,
  readRetentionFacts,
  snapshotArray,
  systemClock,
} from '@orasync/core';

/** A plan, and the facts that it was made from. */
export interface Planned {
  readonly plan: RetentionPlan;
  readonly facts: RetentionFacts;
}

export interface Composition extends AsyncDisposable {
  readonly array: PrunableSnapshotArray;
  readonly clock: typeof systemClock;
  /** One plan per chosen database; with `allDatabases` one more, for every other set on the array. */
  plan(options: { readonly allDatabases: boolean }): Promise<readonly Planned[]>;
}

export const compose = (settings: Settings, log: Log): Composition => {
  const client = createArrayClient(settings, log);
  const array = snapshotArray(client);
  const { zone, retention: defaultPolicy } = settings.config;

  const planOne = async (policy: RetentionPolicy, volumeNames: readonly string[], scope: ScopeOf): Promise<Planned> => {
    const facts = await readRetentionFacts(
      { nameContains: policy.nameContains, volumeNames },
      { array, clock: systemClock },
    );
    const { sets, now } = facts;
    return { facts, plan: planRetention(sets, scope(facts), { array: facts.array, policy, now, zone }) };
  };

  return {
    array,
    clock: systemClock,
    plan: async ({ allDatabases }) => {
      const planned: Planned[] = [];
      for (const { name, targets, expect, retention } of settings.databases) {
        const volumeNames = [...new Set([...targets.data.volumes, ...(targets.archive?.volumes ?? [])])];
        const scope: ScopeOf = ({ volumeIds }) => ({
          database: name,
          ...expect,
          volumeIds: new Set(volumeIds.values()),
        });
        planned.push(await planOne(retention ?? defaultPolicy, volumeNames, scope));
      }
      if (!allDatabases) return planned;
      const seen = new Set(
        planned.flatMap(({ plan }) => plan.sets.flatMap(({ snapshots }) => snapshots.map(({ id }) => id))),
      );
      const rest = await planOne(defaultPolicy, [], () => ({ database: 'all others', volumeIds: 'all' }));
      const sets = rest.plan.sets.filter(({ snapshots }) => !snapshots.some(({ id }) => seen.has(id)));
      return [...planned, { ...rest, plan: { ...rest.plan, sets } }];
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
};

type ScopeOf = (facts: RetentionFacts) => Parameters<typeof planRetention>[1];
