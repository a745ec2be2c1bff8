import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerItems, answerList, answerObject } from './query.js';

const fields = new Set(['id', 'name', 'size', 'parent']);

const populations = fc
  .array(
    fc.record({
      name: fc.constantFrom('a', 'b', 'C'),
      size: fc.integer({ min: 0, max: 4 }),
      parent: fc.option(fc.nat(3)),
    }),
  )
  .map((records) => records.map((record, index) => ({ id: 1001 + index, ...record })));

const list = (records: Parameters<typeof answerList>[0], query: string) =>
  answerList(records, new URLSearchParams(query), fields);

describe('a list', () => {
  it('has every object once over its pages', () => {
    fc.assert(
      fc.property(populations, fc.integer({ min: 1, max: 7 }), (records, size) => {
        const seen: unknown[] = [];
        for (let page = 1; page <= Math.ceil(records.length / size); page += 1) {
          const { result, metadata } = list(records, `page=${page}&page_size=${size}&sort=-size,id`);
          seen.push(...(result as unknown[]));
          expect(metadata).toMatchObject({ number_of_objects: records.length, page, page_size: size });
        }
        expect(seen).toEqual(records.toSorted((a, b) => b.size - a.size || a.id - b.id));
      }),
    );
  });

  it('satisfies all of its filters', () => {
    fc.assert(
      fc.property(populations, fc.nat(4), fc.nat(4), (records, low, high) => {
        const { result } = list(records, `page_size=1000&size=ge:${low}&size=le:${high}&name=in:(a,C)`);
        expect(result).toEqual(
          records.filter(({ size, name }) => size >= low && size <= high && (name === 'a' || name === 'C')),
        );
      }),
    );
  });

  it('is the same whether its objects are described before or after filters and pages', () => {
    const queries = fc.constantFrom(
      ...[
        '',
        'size=ge:2',
        'parent=is:null',
        'name=like:A&size=lt:4',
        'size=between:(1,3)&sort=-name,id',
        'fields=name',
      ],
    );
    fc.assert(
      fc.property(populations, queries, fc.integer({ min: 1, max: 5 }), (records, filter, size) => {
        const query = new URLSearchParams(`${filter}&page=2&page_size=${size}`);
        const stored = new Map([
          ['name', (record: (typeof records)[number]): unknown => record.name],
          ['size', (record: (typeof records)[number]): unknown => record.size],
        ]);
        expect(answerItems(records, (items) => items, { query, fields, stored })).toEqual(
          answerList(records, query, fields),
        );
      }),
    );
  });

  it('sorts nulls first, in creation order among equals', () => {
    const records = [
      { id: 1, name: 'b', size: 1, parent: 5 },
      { id: 2, name: 'a', size: 1, parent: null },
      { id: 3, name: 'a', size: 1, parent: null },
    ];
    const ids = (query: string) => (list(records, query).result as { id: number }[]).map(({ id }) => id);
    expect(ids('sort=parent')).toEqual([2, 3, 1]);
    expect(ids('sort=-parent')).toEqual([1, 2, 3]);
    expect(ids('sort=name')).toEqual([2, 3, 1]);
    expect(ids('sort=-name')).toEqual([1, 2, 3]);
  });

  it('sorts booleans, and leaves lists in creation order', () => {
    const records = [
      { id: 1, name: [2], size: true },
      { id: 2, name: [1], size: false },
    ];
    const ids = (query: string) => (list(records, query).result as { id: number }[]).map(({ id }) => id);
    expect(ids('sort=size')).toEqual([2, 1]);
    expect(ids('sort=name')).toEqual([1, 2]);
  });

  const many = Array.from({ length: 1200 }, (_, index) => ({ id: index, name: 'x', size: 0, parent: null }));

  it('answers 50 objects when no page is asked for', () => {
    const { result, metadata } = list(many, '');
    expect(result).toHaveLength(50);
    expect(metadata).toEqual({ number_of_objects: 1200, page: 1, page_size: 50, pages_total: 24 });
  });

  it('answers 1000 objects at most', () => {
    const { result, metadata } = list(many, 'page_size=5000');
    expect(result).toHaveLength(1000);
    expect(metadata).toMatchObject({ page_size: 1000, pages_total: 2 });
  });

  it('carries only the fields that were asked for', () => {
    expect(list(many.slice(7, 8), 'fields=id,name').result).toEqual([{ id: 7, name: 'x' }]);
  });

  it.each(['evilmonkey=true', 'sort=evil', 'sort=-evil', 'fields=id,evil', 'page=0', 'page=x', 'page_size=1.5'])(
    'refuses ?%s',
    (query) => {
      expect(() => list(many, query)).toThrow(expect.objectContaining({ status: 400, code: 'BAD_REQUEST' }));
    },
  );

  it('accepts the parameters that vendor clients send beside filters', () => {
    expect(() => list(many, 'approved=true&include=x&force_if_snapshot_locked=true&fields=')).not.toThrow();
  });
});

describe('an object', () => {
  it('stays an object when one field is asked for', () => {
    expect(answerObject({ id: 1, size: 2 }, new URLSearchParams('fields=size')).result).toEqual({ size: 2 });
  });

  it('refuses a field that it has not', () => {
    expect(() => answerObject({ id: 1 }, new URLSearchParams('fields=evil'))).toThrow(/unknown field 'evil'/);
    expect(() => answerObject({ id: 1 }, new URLSearchParams('evil=1'))).toThrow(/unknown field 'evil'/);
  });
});
