import { assert, asyncProperty, integer } from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Call } from './call.js';
import { InfiniboxDecodeError, InfiniboxInputError, InfiniboxListChangedError } from './errors.js';
import { listPages } from './pages.js';

/** An array with a list that a test may change before each page; gives at most `clampTo` objects at once. */
const arrayOf = (ids: number[], { clampTo = 1_000, beforePage = (_page: number): void => undefined } = {}) => {
  const queries: string[] = [];
  const call: Call = async ({ query = [] }) => {
    queries.push(query.join('&'));
    const parameters = new URLSearchParams(query.join('&'));
    const page = Number(parameters.get('page'));
    const size = Math.min(clampTo, Number(parameters.get('page_size')));
    beforePage(page);
    const result = ids.slice((page - 1) * size, page * size).map((id) => ({ id }));
    return { status: 200, result, metadata: { number_of_objects: ids.length } };
  };
  return { call, queries };
};

const item = z.looseObject({ id: z.int() });
const idsOf = async (call: Call, pageSize?: number, query: readonly string[] | undefined = []) => {
  const ids: number[] = [];
  for await (const { id } of listPages(call, { path: 'volumes', query, item, pageSize })) ids.push(id);
  return ids;
};
const numbers = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

test('gives every object once, for every page size, also when the array gives less than asked', async () => {
  await assert(
    asyncProperty(
      integer({ min: 0, max: 60 }),
      integer({ min: 1, max: 1_000 }),
      integer({ min: 1, max: 20 }),
      async (count, pageSize, clampTo) => {
        expect(await idsOf(arrayOf(numbers(count), { clampTo }).call, pageSize)).toEqual(numbers(count));
      },
    ),
  );
});

test('asks for the largest pages unless told, and for no more than needed', async () => {
  const { call, queries } = arrayOf(numbers(2_000));
  await idsOf(call, undefined, ['type=eq%3ASNAPSHOT']);
  expect(queries).toEqual(['type=eq%3ASNAPSHOT&page=1&page_size=1000', 'type=eq%3ASNAPSHOT&page=2&page_size=1000']);
});

test('asks for the next page only when it is wanted', async () => {
  const { call, queries } = arrayOf(numbers(10));
  for await (const { id } of listPages(call, { path: 'volumes', query: [], item, pageSize: 3 })) if (id === 3) break;
  expect(queries).toHaveLength(1);
});

test('asks nothing when nothing can match', async () => {
  const { call, queries } = arrayOf(numbers(3));
  const ids = [];
  for await (const { id } of listPages(call, { path: 'volumes', query: undefined, item })) ids.push(id);
  expect({ ids, queries }).toEqual({ ids: [], queries: [] });
});

test.each([
  ['grows', (ids: number[]) => void ids.push(99), 5],
  ['shrinks', (ids: number[]) => void ids.pop(), 3],
])('notices that the list %s meanwhile', async (_, change, now) => {
  const ids = numbers(4);
  const { call } = arrayOf(ids, { beforePage: (page) => page === 2 && change(ids) });
  await expect(idsOf(call, 2)).rejects.toMatchObject({
    code: 'INFINIBOX_LIST_CHANGED',
    before: 4,
    now,
    outcome: 'refused',
  });
});

test('does not wait for objects that were announced and never come', async () => {
  const call: Call = async () => ({ status: 200, result: [], metadata: { number_of_objects: 3 } });
  await expect(idsOf(call)).rejects.toBeInstanceOf(InfiniboxListChangedError);
});

test('refuses an answer with more objects than it announces', async () => {
  const call: Call = async () => ({ status: 200, result: [{ id: 1 }, { id: 2 }], metadata: { number_of_objects: 1 } });
  await expect(idsOf(call)).rejects.toBeInstanceOf(InfiniboxListChangedError);
});

test('refuses a list without a total', async () => {
  const call: Call = async () => ({ status: 200, result: [], metadata: undefined });
  await expect(idsOf(call)).rejects.toBeInstanceOf(InfiniboxDecodeError);
});

test.each([0, 1_001, 1.5, Number.NaN])('refuses a page size of %s', async (pageSize) => {
  await expect(idsOf(arrayOf([]).call, pageSize)).rejects.toBeInstanceOf(InfiniboxInputError);
});
