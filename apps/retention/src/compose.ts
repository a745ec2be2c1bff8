import { ConfigError, createArrayClient, type DatabaseConfig, type Settings } from '@orasync/app-shell';
import {
  type Log,
  type MadePlan,
  makePlan,
  type PrunableSnapshotArray,
  snapshotArray,
  systemClock,
} from '@orasync/core';

/** A plan, the facts that it was made from, and the lock that new sets of the database get. */
export interface Planned extends MadePlan {
  readonly lockFor: number | undefined;
}

/** What a plan of everything beside the databases of the file is called. */
export const allOthers = 'all others';

interface PlanOptions {
  /** Raises or lowers the cap on removals for this run. */
  readonly maxRemovals?: number | undefined;
}

export interface Composition extends AsyncDisposable {
  readonly array: PrunableSnapshotArray;
  readonly clock: typeof systemClock;
  /** One plan per chosen database; with `allDatabases` one per database of the file, and one for all others on the array. */
  plan(options: PlanOptions & { readonly allDatabases: boolean }): Promise<readonly Planned[]>;
  /**
   * One plan per name: that of a database in the file, or `all others`.
   *
   * @throws {ConfigError} The file has none of that name.
   */
  planNamed(names: readonly string[], options: PlanOptions): Promise<readonly Planned[]>;
}

export const compose = (settings: Settings, log: Log): Composition => {
  const client = createArrayClient(settings, log);
  const array = snapshotArray(client);
  const { zone, retention: defaultPolicy, databases } = settings.config;
  const dependencies = { array, clock: systemClock };

  const planDatabase = async (database: DatabaseConfig, { maxRemovals }: PlanOptions): Promise<Planned> => {
    const { name, targets, expect, retention: policy = defaultPolicy, lockFor } = database;
    const { data, archive } = targets;
    const made = await makePlan(
      {
        policy,
        targets: archive === undefined ? [data] : [data, archive],
        scopeOf: ([ofData = new Set<number>(), ofArchive = new Set<number>()]) => ({
          database: name,
          ...expect,
          volumeIds: { data: ofData, archive: ofArchive },
        }),
        zone,
        maxRemovals,
      },
      dependencies,
    );
    return { ...made, lockFor };
  };

  const planOthers = async (planned: readonly Planned[], { maxRemovals }: PlanOptions): Promise<Planned> => {
    const ids = planned.flatMap(({ plan }) => plan.sets.flatMap(({ snapshots }) => snapshots.map(({ id }) => id)));
    const made = await makePlan(
      {
        policy: defaultPolicy,
        targets: [],
        scopeOf: () => ({ database: allOthers, volumeIds: 'all', except: new Set(ids) }),
        zone,
        maxRemovals,
      },
      dependencies,
    );
    return { ...made, lockFor: undefined };
  };

  const planEach = async (some: readonly DatabaseConfig[], options: PlanOptions): Promise<readonly Planned[]> => {
    const planned: Planned[] = [];
    for (const database of some) planned.push(await planDatabase(database, options));
    return planned;
  };

  return {
    ...dependencies,
    plan: async ({ allDatabases, ...options }) => {
      if (!allDatabases) return planEach(settings.databases, options);
      const planned = await planEach(databases, options);
      return [...planned, await planOthers(planned, options)];
    },
    planNamed: async (names, options) => {
      const unknown = names.filter((name) => name !== allOthers && !databases.some((each) => each.name === name));
      if (unknown.length > 0)
        throw new ConfigError(
          unknown.map((name) => `the plan is of database ${name}, which the configuration has not`),
        );
      if (names.includes(allOthers)) {
        const all = await planEach(databases, options);
        return [...all, await planOthers(all, options)].filter(({ plan }) => names.includes(plan.database));
      }
      return planEach(
        databases.filter(({ name }) => names.includes(name)),
        options,
      );
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
};
