import type { Fault } from '@orasync/testing';
import { type Chance, createChance } from './chance.js';

/** What happens to a run, and when: at the nth call of either side that anybody makes. */
export interface Blow {
  readonly atCall: number;
  /** Just before the call takes effect, or just after. */
  readonly when: 'before' | 'after';
  readonly what:
    | { readonly kind: 'kill-run' | 'kill-guard' | 'kill-both' | 'stop-run' | 'stop-guard' }
    | { readonly kind: 'signal'; readonly name: 'SIGTERM' | 'SIGINT' | 'SIGHUP' }
    /** Somebody else ends or begins backup mode, adds a data file, or a file is changed without redo. */
    | { readonly kind: 'stranger-ends' | 'stranger-begins' | 'file-added' | 'unlogged-change' }
    | { readonly kind: 'crash' }
    /** A second run starts, as if on another host. */
    | { readonly kind: 'second-run' }
    | { readonly kind: 'retention' };
}

/** Everything about one simulated history that chance decides. */
export interface Scenario {
  readonly seed: number;
  readonly data: number;
  readonly archive: number;
  readonly threads: number;
  readonly target: 'volumes' | 'consistencyGroup' | 'filesystems';
  readonly beginMs: number;
  readonly endMs: number;
  readonly archiveMs: number;
  readonly budgetMs: number;
  readonly arraySkewMs: number;
  readonly hasRestoreMaterial: boolean;
  /** Complete sets, one a day, made by runs with nothing in their way. */
  readonly earlierRuns: number;
  readonly faults: readonly Fault[];
  readonly blows: readonly Blow[];
}

const databaseCalls = [
  'BEGIN BACKUP',
  'END BACKUP',
  'ARCHIVE LOG CURRENT',
  'V$BACKUP',
  'V$DATABASE',
  'V$DATAFILE',
  'V$ARCHIVED_LOG',
  'GV$SESSION',
  'CONNECT',
  'CONTROLFILE',
] as const;

const arrayCalls = [
  'group_snapshot',
  'POST /api/rest/volumes',
  'POST /api/rest/cgs',
  'POST /api/rest/filesystems',
  'PUT /api/rest/metadata',
  'GET /api/rest/volumes',
  'GET /api/rest/metadata',
  'GET /api/rest/system',
] as const;

const databaseFault = (chance: Chance): Fault['action'] => {
  const when = chance.pick(['before', 'after']);
  return chance.pick<() => Fault['action']>([
    () => ({ kind: 'error', text: 'ORA-01013: user requested cancel of current operation' }),
    () => ({ kind: 'error', text: 'ORA-03113: end-of-file on communication channel' }),
    () => ({ kind: 'error', text: 'ORA-01031: insufficient privileges' }),
    () => ({ kind: 'error', text: 'ORA-16038: log 1 sequence# 9 cannot be archived' }),
    () => ({ kind: 'hang', when }),
    () => ({ kind: 'die', when }),
    () => ({ kind: 'delay', when, ms: chance.between(1, 90_000) }),
  ])();
};

const arrayFault = (chance: Chance): Fault['action'] => {
  const when = chance.pick(['before', 'after']);
  return chance.pick<() => Fault['action']>([
    () => ({ kind: 'refuse', status: chance.pick([400, 403, 409, 500, 503]) }),
    () => ({ kind: 'reset', when }),
    () => ({ kind: 'hang', when }),
    () => ({ kind: 'delay', when, ms: chance.between(1, 90_000) }),
  ])();
};

const someFault = (chance: Chance): Fault => {
  const isOfArray = chance.percent(50);
  return {
    match: isOfArray ? chance.pick(arrayCalls) : chance.pick(databaseCalls),
    skip: chance.between(0, 4),
    times: chance.percent(80) ? 1 : chance.between(2, 4),
    action: isOfArray ? arrayFault(chance) : databaseFault(chance),
  };
};

/** A run makes about so many calls. */
const callsOfRun = 75;

const someBlow = (chance: Chance): Blow => ({
  atCall: chance.between(1, callsOfRun),
  when: chance.pick(['before', 'after']),
  what: chance.pick<Blow['what']>([
    { kind: 'kill-run' },
    { kind: 'kill-run' },
    { kind: 'kill-guard' },
    { kind: 'kill-both' },
    { kind: 'stop-run' },
    { kind: 'stop-guard' },
    { kind: 'signal', name: chance.pick(['SIGTERM', 'SIGINT', 'SIGHUP']) },
    { kind: 'stranger-ends' },
    { kind: 'stranger-begins' },
    { kind: 'file-added' },
    { kind: 'unlogged-change' },
    { kind: 'crash' },
    { kind: 'second-run' },
    { kind: 'second-run' },
    { kind: 'retention' },
  ]),
});

const several = <T>(chance: Chance, make: (chance: Chance) => T): readonly T[] =>
  Array.from({ length: chance.pick([0, 1, 1, 1, 2, 3]) }, () => make(chance));

/** The scenario of a seed. Pure: the same for ever, as long as this file does not change. */
export const scenarioOf = (seed: number): Scenario => {
  const chance = createChance(seed);
  return {
    seed,
    data: chance.between(1, 5),
    archive: chance.between(1, 2),
    threads: chance.pick([1, 1, 2]),
    target: chance.pick(['volumes', 'volumes', 'consistencyGroup', 'filesystems']),
    beginMs: chance.pick([0, 0, 200, 5000, 40_000]),
    endMs: chance.pick([0, 0, 100, 13_000]),
    archiveMs: chance.pick([0, 0, 500, 20_000]),
    budgetMs: chance.pick([5000, 60_000]),
    arraySkewMs: chance.pick([0, 0, -30_000, 30_000]),
    hasRestoreMaterial: chance.percent(50),
    earlierRuns: chance.pick([0, 0, 0, 1, 2]),
    faults: several(chance, someFault),
    blows: several(chance, someBlow),
  };
};
