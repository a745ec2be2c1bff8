import { addHistory, type Fault } from '@orasync/testing';
import { expect, test } from 'vitest';
import { createTestArray } from '../array.test.fixture.js';
import { labelKeys, parseSetLabel } from '../catalogue.js';
import type { PrunableSnapshotArray } from '../ports.js';
import { applyRetention } from './apply.js';
import { makePlan } from './make-plan.js';
import { retentionPolicy } from './policy.js';

const silent = () => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };
const kept = 3;

/** Five sets of three members, of which two are due. */
const setUp = (concurrency: number) => {
  const { clock, journal, faults, simulated, array } = createTestArray();
  const [data1, data2, arch1] = ['data1', 'data2', 'arch1'].map((name) => ({
    name,
    id: simulated.addVolume({ name, sizeBytes: 1e9 }),
  }));
  if (data1 === undefined || data2 === undefined || arch1 === undefined) throw new Error('three volumes');
  const database = { name: 'ORCL', uniqueName: 'ORCL', dbid: '1' };
  addHistory({ array: simulated, volumes: { data: [data1, data2], archive: [arch1] }, database }, kept + 2);
  const port: PrunableSnapshotArray = array;
  const request = {
    policy: retentionPolicy.parse({ deleteAfter: '4d' }),
    targets: [{ volumes: ['data1', 'data2'] }, { volumes: ['arch1'] }],
    scopeOf: () => ({
      database: 'ORCL',
      volumeIds: { data: new Set([data1.id, data2.id]), archive: new Set([arch1.id]) },
    }),
    zone: 'utc',
  };
  const apply = async (array: PrunableSnapshotArray = port) => {
    const { plan, facts } = await makePlan(request, { array: port, clock });
    const { signal } = new AbortController();
    const guardFacts = { sets: facts.sets, now: facts.now, arrayTime: facts.array.time };
    return applyRetention(plan, guardFacts, { array, clock, log, signal, onRemoval: silent, concurrency });
  };
  /** Sets by the marker alone: which of them have lost a member? */
  const halfRemoved = async () => {
    const labels = (await port.listLabels(labelKeys.set)).map(({ value }) => parseSetLabel(value));
    return (await port.listLabels(labelKeys.complete))
      .map(({ value }) => value)
      .filter((set) => labels.filter((label) => label?.set === set).length !== 3);
  };
  const states = async () => (await makePlan(request, { array: port, clock })).plan.sets.map(({ state }) => state);
  return { clock, journal, faults, port, apply, halfRemoved, states };
};

const complete = Array.from({ length: kept }, () => 'complete');

const expectTheNextRunToFinish = async ({ apply, states }: ReturnType<typeof setUp>): Promise<void> => {
  await apply();
  expect(await states()).toEqual(complete);
};

const actions: readonly Fault['action'][] = [
  { kind: 'refuse', status: 500 },
  { kind: 'refuse', status: 403, code: 'NOT_YOURS' },
  { kind: 'reset', when: 'after' },
  { kind: 'garbage', body: '<html>' },
];

test.each(actions)(
  'a fault at any call (%j) leaves no half set marked, and the next run finishes',
  { timeout: 60_000 },
  async (action) => {
    let met = 0;
    for (let skip = 0; ; skip += 1) {
      const context = setUp(2);
      const before = context.journal.entries.length;
      context.faults.inject({ match: '/api/rest', skip, action });
      await context.apply().catch(silent);
      const calls = context.journal.entries.length - before;
      context.faults.clear();
      expect(await context.halfRemoved()).toEqual([]);
      await expectTheNextRunToFinish(context);
      met = skip;
      if (calls <= skip) break;
    }
    expect(met).toBeGreaterThan(40);
  },
);

type Method = (...args: never[]) => Promise<unknown>;

/** The array of a process that is killed just before or just after its nth call took effect. */
const killedAt = (array: PrunableSnapshotArray, nth: number, when: 'before' | 'after') => {
  let calls = 0;
  let kill: () => void = silent;
  const killed = new Promise<void>((resolve) => {
    kill = resolve;
  });
  const never = new Promise<never>(silent);
  const wrap =
    (method: Method): Method =>
    async (...args) => {
      calls += 1;
      const isLast = calls === nth;
      if (calls > nth || (isLast && when === 'before')) {
        kill();
        return never;
      }
      const answer = await method(...args);
      if (!isLast) return answer;
      kill();
      return never;
    };
  const entries = Object.entries(array).map(([name, method]) => [name, wrap(method as Method)]);
  return { array: Object.fromEntries(entries) as unknown as PrunableSnapshotArray, killed };
};

test.each(['before', 'after'] as const)(
  'a kill just %s any call leaves no half set marked, and the next run finishes',
  { timeout: 60_000 },
  async (when) => {
    let struck = 0;
    for (let nth = 1; ; nth += 1) {
      const context = setUp(2);
      const { array, killed } = killedAt(context.port, nth, when);
      const ended = await Promise.race([killed.then(() => 'killed'), context.apply(array).then(() => 'done')]);
      expect(await context.halfRemoved()).toEqual([]);
      await expectTheNextRunToFinish(context);
      struck = nth;
      if (ended === 'done') break;
    }
    expect(struck).toBeGreaterThan(30);
  },
);
