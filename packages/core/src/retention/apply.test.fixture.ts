import { addHistory } from '@orasync/testing';
import { createTestArray } from '../array.test.fixture.js';
import { applyRetention } from './apply.js';
import { planRetention } from './plan.js';
import { retentionPolicy } from './policy.js';
import { readRetentionFacts } from './read-facts.js';
import type { RemovalOutcome } from './remove-set.js';
import type { RetentionPlan } from './retention-plan.js';

export const silent = () => undefined;
/** Hears of nothing. */
export const log = { debug: silent, info: silent, warn: silent, error: silent };
const policy = retentionPolicy.parse({ minComplete: 1 });
const names = ['data1', 'data2', 'arch1'];

/** An array with a database of three volumes, and with a complete set of each of the last days. */
export const setUp = (days: number, { isOfFilesystems = false } = {}) => {
  const { clock, journal, faults, simulated, array } = createTestArray();
  const [data1, data2, arch1] = names.map((name) => {
    const settings = { name, sizeBytes: 1e9 };
    return { name, id: isOfFilesystems ? simulated.addFilesystem(settings) : simulated.addVolume(settings) };
  });
  if (data1 === undefined || data2 === undefined || arch1 === undefined) throw new Error('three volumes');
  const database = { name: 'ORCL', uniqueName: 'ORCL', dbid: '1' };
  addHistory({ array: simulated, volumes: { data: [data1, data2], archive: [arch1] }, database }, days);
  const stop = new AbortController();
  const told: RemovalOutcome[] = [];
  const plan = async () => {
    const targets = [isOfFilesystems ? { filesystems: names } : { volumes: names }];
    const facts = await readRetentionFacts({ nameContains: 'orasync', targets }, { array, clock });
    const volumeIds = { data: new Set([data1.id, data2.id]), archive: new Set([arch1.id]) };
    const scope = { database: 'ORCL', volumeIds };
    return {
      facts,
      plan: planRetention(facts.sets, scope, { array: facts.array, policy, now: facts.now, zone: 'utc' }),
    };
  };
  const apply = async (planned?: RetentionPlan) => {
    const { facts, plan: fresh } = await plan();
    const guardFacts = { sets: facts.sets, now: facts.now, arrayTime: facts.array.time };
    const onRemoval = (outcome: RemovalOutcome) => void told.push(outcome);
    return applyRetention(planned ?? fresh, guardFacts, {
      array,
      clock,
      log,
      signal: stop.signal,
      onRemoval,
      concurrency: 1,
    });
  };
  const errorOf = async (planned?: RetentionPlan) =>
    apply(planned).then(
      () => undefined,
      (error: unknown) => error,
    );
  const doomed = async () => (await plan()).plan.sets.filter(({ verdict }) => verdict === 'remove');
  const states = async () => (await plan()).facts.sets.map(({ state }) => state);
  return {
    clock,
    journal,
    faults,
    simulated,
    array,
    stop,
    told,
    plan,
    apply,
    errorOf,
    doomed,
    states,
    data1,
    data2,
    database,
  };
};
