import {
  type Arbitrary,
  assert,
  asyncProperty,
  boolean,
  constantFrom,
  dictionary,
  integer,
  oneof,
  record,
  tuple,
  uniqueArray,
} from 'fast-check';
import { expect, test } from 'vitest';
import { connect } from './fixtures/array-server.test.fixture.js';
import { type Simulation, simulate } from './fixtures/simulated-array.test.fixture.js';
import type { Volume, VolumeFilter } from './resources/volumes.js';

type Value = string | number | boolean | Date | null;

/** What an operator means. Source: infinibox-api.md section 2.1. */
const meanings: Record<string, (value: Value, operand: never) => boolean> = {
  eq: (value, operand) => comparable(value) === comparable(operand),
  ne: (value, operand) => comparable(value) !== comparable(operand),
  gt: (value, operand) => order(value) > order(operand),
  ge: (value, operand) => order(value) >= order(operand),
  lt: (value, operand) => order(value) < order(operand),
  le: (value, operand) => order(value) <= order(operand),
  like: (value, operand) => String(value).includes(operand),
  in: (value, operand: readonly Value[]) => operand.map(comparable).includes(comparable(value)),
  notin: (value, operand: readonly Value[]) => !operand.map(comparable).includes(comparable(value)),
  between: (value, [from, to]: readonly [Value, Value]) => order(value) >= order(from) && order(value) <= order(to),
  is: (value) => value === null,
  isnot: (value) => value !== null,
};
const comparable = (value: Value) => (value instanceof Date ? value.getTime() : value);
const order = (value: Value) => Number(comparable(value));

const holds = (volume: Volume, filter: Record<string, Record<string, unknown>>): boolean =>
  Object.entries(filter).every(([field, condition]) =>
    Object.entries(condition).every(([operator, operand]) =>
      meanings[operator]?.(volume[field] as Value, operand as never),
    ),
  );

/** Operators that take one value, a list or a pair of these values. */
const equality = (value: Arbitrary<unknown>) => [
  dictionary(constantFrom('eq', 'ne'), value, { minKeys: 1 }),
  dictionary(constantFrom('in', 'notin'), uniqueArray(value, { maxLength: 3 }), { minKeys: 1 }),
];
const ordered = (value: Arbitrary<unknown>) =>
  oneof(
    ...equality(value),
    dictionary(constantFrom('gt', 'ge', 'lt', 'le'), value, { minKeys: 1 }),
    record({ between: tuple(value, value) }),
  );

const epoch = 1_700_000_000_000;
const name = integer({ min: 0, max: 30 }).map((number) => `v${number}`);
const id = integer({ min: 1, max: 1_060 });
const conditions = {
  id: ordered(id),
  parent_id: ordered(oneof(id, constantFrom(0))),
  name: oneof(...equality(name), record({ like: constantFrom('v', '1', 'v2', '_s', 'x') })),
  type: oneof(...equality(constantFrom('MASTER', 'SNAPSHOT'))),
  size: ordered(integer({ min: 1, max: 4 }).map((gigabytes) => gigabytes * 1_000_000_000)),
  created_at: ordered(integer({ min: 0, max: 6 }).map((ms) => new Date(epoch + ms))),
  write_protected: oneof(...equality(boolean())),
  cg_id: constantFrom<Record<string, unknown>>({ is: null }, { isnot: null }, { eq: null }),
};

const population = uniqueArray(
  record({
    number: integer({ min: 0, max: 30 }),
    gigabytes: integer({ min: 1, max: 4 }),
    snapshots: integer({ min: 0, max: 3 }),
  }),
  { selector: ({ number }) => number, maxLength: 8 },
);

const populate = async (
  volumes: readonly { readonly number: number; readonly gigabytes: number; readonly snapshots: number }[],
): Promise<Simulation> => {
  const simulation = await simulate();
  for (const { number, gigabytes, snapshots } of volumes) {
    const parentId = simulation.array.addVolume({ name: `v${number}`, sizeBytes: gigabytes * 1_000_000_000 });
    for (let at = 0; at < snapshots; at += 1)
      simulation.array.addSnapshot({ parentId, name: `v${number}_s${at}`, createdAt: new Date(epoch + at) });
  }
  return simulation;
};

const collect = async (volumes: AsyncIterable<Volume>): Promise<readonly Volume[]> => {
  const collected = [];
  for await (const volume of volumes) collected.push(volume);
  return collected;
};

test('selects by any filter, on any population, what a plain array filter selects', async () => {
  await assert(
    asyncProperty(
      population,
      uniqueArray(record(conditions, { requiredKeys: [] }), { minLength: 8, maxLength: 8 }),
      async (made, filters) => {
        const { volumes } = connect(await populate(made));
        const all = await collect(volumes.list());
        for (const filter of filters) {
          const expected = all.filter((volume) => holds(volume, filter as Record<string, Record<string, unknown>>));
          expect(await collect(volumes.list({ filter: filter as VolumeFilter }))).toEqual(expected);
          expect(await volumes.count(filter as VolumeFilter)).toBe(expected.length);
        }
      },
    ),
    { numRuns: 25 },
  );
});
