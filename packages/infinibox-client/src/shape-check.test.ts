import { anything, assert, constant, integer, jsonValue, oneof, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { volumeSchema } from './resources/volumes.js';
import { shapeCheckOf } from './shape-check.js';
import { instant } from './wire.js';

const schemas: readonly z.ZodType[] = [
  z.int(),
  z.int().min(-3).max(9),
  z.int().positive(),
  z.int().multipleOf(2),
  z.number(),
  z.string(),
  z.string().min(2),
  z.boolean(),
  z.enum(['A', 'B']),
  z.unknown(),
  z.literal(7),
  instant,
  instant.nullish(),
  instant.transform((date) => date.getTime()),
  z.int().transform((id, context) => (id === 1 ? context.addIssue('one') : id)),
  z.string().pipe(z.coerce.number()),
  z.array(z.int()),
  z.array(z.string()).max(1),
  z.array(instant),
  z.object({ a: z.int() }),
  z.looseObject({ a: z.int(), b: z.string().optional() }),
  z.looseObject({ a: instant, b: z.array(z.looseObject({ c: instant.nullable() })).nullish() }),
  z.looseObject({ a: z.int() }).refine(({ a }) => a > 0),
  z.union([z.string(), z.json().transform((json) => JSON.stringify(json))]),
];

const scalar = oneof(
  integer({ min: -5, max: 12 }),
  constant(null),
  constant('A'),
  constant(true),
  constant(8.64e15 + 1),
);
const value = oneof(
  scalar,
  jsonValue(),
  anything(),
  record(
    { a: scalar, b: oneof(scalar, constant([{ c: 1 }, { c: null }]), constant([{ c: 'x' }])), extra: jsonValue() },
    { requiredKeys: [] },
  ),
  oneof(constant([1, 2]), constant(['a']), constant(['a', 'b'])),
);

/** Asks the schema, with a copy: the check converts in place. */
const compare = (schema: z.ZodType, given: unknown) => {
  const { accepts, convert } = shapeCheckOf(schema);
  const expected = schema.safeParse(structuredClone(given));
  expect(accepts(given)).toBe(expected.success);
  if (expected.success) expect(convert === undefined ? given : convert(given)).toEqual(expected.data);
};

test('accepts and makes of any value exactly what the schema does', () => {
  assert(
    property(value, (given) => {
      for (const schema of schemas) compare(schema, structuredClone(given));
    }),
    { numRuns: 1_000 },
  );
});

test('treats a whole volume as its schema does, whatever one field holds', () => {
  const volume = {
    ...{ id: 1, name: 'a', type: 'MASTER', depth: 0, parent_id: null, has_children: false, size: 1, pool_id: 2 },
    ...{ created_at: 3, write_protected: false, mapped: false, serial: 'x', cg_id: 0, nguid: [1] },
  };
  const names = Object.keys(volumeSchema.shape);
  assert(
    property(integer({ min: 0, max: names.length - 1 }), oneof(scalar, jsonValue()), (at, held) => {
      compare(volumeSchema, { ...volume, [names[at] ?? 'id']: held });
    }),
    { numRuns: 500 },
  );
});
