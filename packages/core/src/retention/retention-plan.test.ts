import { expect, test } from 'vitest';
import { z } from 'zod';
import { contextOf, scope, setOf } from './histories.test.fixture.js';
import { planRetention } from './plan.js';
import { retentionPlan } from './retention-plan.js';

const schema = z.toJSONSchema(retentionPlan);

/** What stands under a key, anywhere in the schema. */
const valuesOf = (key: string, within: unknown): readonly unknown[] =>
  typeof within !== 'object' || within === null
    ? []
    : Object.entries(within).flatMap(([name, value]: [string, unknown]) => [
        ...(name === key && typeof value !== 'object' ? [value] : []),
        ...(name === key && Array.isArray(value) ? [value] : []),
        ...valuesOf(key, value),
      ]);

test('what may stand in a plan is written down: whoever reads plans relies on it', () => {
  expect(valuesOf('enum', schema)).toEqual([
    ['complete', 'in-flight', 'partial', 'inconsistent', 'rehearsal', 'foreign', 'legacy'],
    ['keep', 'remove', 'blocked'],
    ['locked', 'mapped', 'exported', 'children', 'replicated', 'pinned', 'in-flight'],
    ['data', 'archive'],
  ]);
  expect(valuesOf('required', schema)).toEqual([
    ['name', 'serial'],
    expect.arrayContaining(['keepLast', 'deleteAfterMs', 'minComplete', 'zone']),
    ['kind', 'object'],
    ['id', 'name', 'parentId', 'createdAt'],
    ['set', 'state', 'createdAt', 'verdict', 'reasons', 'rules', 'vetoes', 'snapshots'],
    ['rule', 'message'],
    ['database', 'array', 'policy', 'policyHash', 'now', 'madeAt', 'expiresAt', 'zone', 'sets', 'stops'],
  ]);
});

test('no description is empty', () => {
  const descriptions = valuesOf('description', schema);
  expect(descriptions.length).toBe(20);
  expect(descriptions.filter((text) => String(text).length < 10)).toEqual([]);
});

test('times carry their offset, and a set its reasons, rules and snapshots', () => {
  const plan = planRetention([setOf('complete', 1)], scope, contextOf());
  const accepts = (change: object) => retentionPlan.safeParse({ ...plan, ...change }).success;
  const withSet = (change: object) => accepts({ sets: plan.sets.map((set) => ({ ...set, ...change })) });
  expect(accepts({})).toBe(true);
  expect(accepts({ now: '2026-11-24T12:00:00+01:00' })).toBe(true);
  expect(accepts({ now: '2026-11-24T12:00:00' })).toBe(false);
  expect(withSet({ reasons: [] })).toBe(false);
  expect(withSet({ rules: [] })).toBe(false);
  expect(withSet({ snapshots: [] })).toBe(false);
});
