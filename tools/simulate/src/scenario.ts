import type { Fault } from '@orasync/testing';
import { type Chance, createChance } from './chance.js';

/** A call of either side that anybody makes after the run began: the nth, or one of those with this text. */
export type Moment = { readonly call: number } | { readonly match: string; readonly skip: number };

/** What happens to a run, and when. */
export interface Blow {
  readonly at: Moment;
  /** Just before the call takes effect, or just after. */
  readonly when: 'before' | 'after';
  readonly what:
    | { readonly kind: 'kill-run' | 'kill-guard' | 'kill-both' | 'stop-run' | 'stop-guard' }
    | { readonly kind: 'signal'; readonly name: 'SIGTERM' | 'SIGINT' | 'SIGHUP' }
    /** Somebody else ends or begins backup mode, or ends that of one file, or ends it and begins it again. */
    | { readonly kind: 'stranger-ends' | 'stranger-begins' | 'stranger-ends-one' | 'stranger-restarts' }
    /** A data file is added, or a file changed without redo. */
    | { readonly kind: 'file-added' | 'unlogged-change' }
    /** The newest archived log of the last thread is deleted; or that thread's logs are not archived from now on. */
    | { readonly kind: 'log-deleted' | 'thread-unarchived' }
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
  /** A container database with one pluggable one. */
  readonly isContainer: boolean;
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

/** Where a blow hurts most. */
const soreCalls = [
  'BEGIN BACKUP',
  'END BACKUP',
  'POST /api/rest',
  'V$BACKUP',
  'ARCHIVE LOG CURRENT',
  'V$ARCHIVED_LOG',
  'V$DATAFILE',
  'PUT /api/rest/metadata',
] as const;

const someMoment = (chance: Chance): Moment =>
  chance.percent(40)
    ? { call: chance.between(1, callsOfRun) }
    : { match: chance.pick(soreCalls), skip: chance.pick([0, 0, 1, 2]) };

const someBlow = (chance: Chance): Blow => ({
  at: someMoment(chance),
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
    { kind: 'stranger-ends-one' },
    { kind: 'stranger-restarts' },
    { kind: 'file-added' },
    { kind: 'unlogged-change' },
    { kind: 'log-deleted' },
    { kind: 'thread-unarchived' },
    { kind: 'crash' },
    { kind: 'second-run' },
    { kind: 'second-run' },
    { kind: 'retention' },
  ]),
});

const several = <T>(chance: Chance, make: (chance: Chance) => T): readonly T[] =>
  Array.from({ length: chance.pick([0, 1, 1, 1, 2, 3]) }, () => make(chance));

/** Accidents that do harm only together. */
type Theme = Pick<Scenario, 'faults' | 'blows'>;

const themes: readonly [(chance: Chance) => Theme, ...((chance: Chance) => Theme)[]] = [
  // Somebody else's backup mode, begun just before a BEGIN of ours that is refused.
  () => ({
    faults: [],
    blows: [{ at: { match: 'BEGIN BACKUP', skip: 0 }, when: 'before', what: { kind: 'stranger-begins' } }],
  }),
  // Somebody else's backup mode, begun before ours was planned, and a BEGIN of ours whose answer is lost.
  (chance) => ({
    faults: [
      {
        match: 'BEGIN BACKUP',
        action: chance.pick([
          { kind: 'die', when: 'before' },
          { kind: 'hang', when: 'before' },
        ]),
      },
    ],
    blows: [
      {
        at: chance.pick<Moment>([
          { match: 'ARCHIVE LOG CURRENT', skip: 0 },
          { match: 'PUT /api/rest/metadata', skip: 0 },
        ]),
        when: 'before',
        what: { kind: 'stranger-begins' },
      },
    ],
  }),
  // A BEGIN whose client is gone while it is still at work, and may yet take effect.
  (chance) => ({
    faults: [
      { match: 'BEGIN BACKUP', action: { kind: 'delay', when: 'before', ms: chance.between(1000, 50_000) } },
      {
        match: 'END BACKUP',
        skip: chance.between(0, 1),
        action: { kind: 'error', text: 'ORA-01031: insufficient privileges' },
      },
    ],
    blows: [
      {
        at: { match: 'BEGIN BACKUP', skip: 0 },
        when: 'before',
        what: chance.pick<Blow['what']>([{ kind: 'kill-guard' }, { kind: 'kill-run' }, { kind: 'stop-run' }]),
      },
    ],
  }),
  // A slow array, and something that happens meanwhile.
  (chance) => ({
    faults: [
      {
        match: 'POST /api/rest',
        times: chance.between(1, 5),
        action: { kind: 'delay', when: chance.pick(['before', 'after']), ms: chance.pick([500, 3000, 20_000, 80_000]) },
      },
    ],
    blows: several(chance, () => ({
      at: chance.pick<Moment>([
        { match: 'POST /api/rest', skip: chance.pick([0, 0, 1]) },
        { match: 'V$BACKUP', skip: chance.between(0, 3) },
      ]),
      when: chance.pick(['before', 'after']),
      what: chance.pick<Blow['what']>([
        { kind: 'kill-guard' },
        { kind: 'kill-run' },
        { kind: 'stop-run' },
        { kind: 'stop-guard' },
        { kind: 'second-run' },
        { kind: 'stranger-ends' },
        { kind: 'stranger-ends-one' },
        { kind: 'stranger-restarts' },
        { kind: 'signal', name: 'SIGTERM' },
      ]),
    })),
  }),
  // What is read after END no longer is what it was before BEGIN.
  (chance) => ({
    faults: [],
    blows: [
      {
        at: chance.pick<Moment>([
          { match: 'BEGIN BACKUP', skip: 0 },
          { match: 'POST /api/rest', skip: 0 },
          { match: 'ARCHIVE LOG CURRENT', skip: 1 },
          { match: 'POST /api/rest', skip: 1 },
          { match: 'V$ARCHIVED_LOG', skip: chance.between(0, 1) },
        ]),
        when: chance.pick(['before', 'after']),
        what: chance.pick<Blow['what']>([
          { kind: 'file-added' },
          { kind: 'unlogged-change' },
          { kind: 'log-deleted' },
          { kind: 'thread-unarchived' },
        ]),
      },
    ],
  }),
  // All of us die with the database in backup mode, or somebody else begins when we are done.
  (chance) => ({
    faults: [],
    blows: [
      chance.percent(50)
        ? {
            at: { match: 'POST /api/rest', skip: 0 },
            when: chance.pick(['before', 'after']),
            what: { kind: 'kill-both' },
          }
        : {
            at: { match: 'PUT /api/rest/metadata', skip: chance.between(2, 9) },
            when: 'after',
            what: { kind: 'stranger-begins' },
          },
    ],
  }),
];

/** The scenario of a seed. Pure: the same for ever, as long as this file does not change. */
export const scenarioOf = (seed: number): Scenario => {
  const chance = createChance(seed);
  const theme = chance.percent(50) ? chance.pick(themes)(chance) : undefined;
  return {
    seed,
    data: chance.between(1, 5),
    archive: chance.between(1, 2),
    threads: chance.pick([1, 1, 2]),
    isContainer: chance.percent(15),
    target: chance.pick(['volumes', 'volumes', 'consistencyGroup', 'filesystems']),
    beginMs: chance.pick([0, 0, 200, 5000, 40_000]),
    endMs: chance.pick([0, 0, 100, 13_000]),
    archiveMs: chance.pick([0, 0, 500, 20_000]),
    budgetMs: chance.pick([5000, 60_000]),
    arraySkewMs: chance.pick([0, 0, -30_000, 30_000]),
    hasRestoreMaterial: chance.percent(50),
    earlierRuns: chance.pick([0, 0, 0, 1, 2]),
    faults: theme?.faults ?? several(chance, someFault),
    blows: theme?.blows ?? several(chance, someBlow),
  };
};
