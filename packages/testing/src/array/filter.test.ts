import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFilter } from './filter.js';

const names = fc.constantFrom('ora', 'Ora_data', 'orasync_x', 'a:b', 'eq', 'null-ish', '');
const numbers = fc.integer({ min: -3, max: 3 });
const values = fc.oneof(names, numbers, fc.boolean(), fc.constant(null));

/** A filter as text and as what it means. */
const filters = fc.oneof(
  numbers.chain((n) =>
    fc.constantFrom<[string, (value: unknown) => boolean]>(
      [`eq:${n}`, (value) => value === n],
      [`${n}`, (value) => value === n],
      [`ne:${n}`, (value) => value !== n],
      [`gt:${n}`, (value) => typeof value === 'number' && value > n],
      [`ge:${n}`, (value) => typeof value === 'number' && value >= n],
      [`lt:${n}`, (value) => typeof value === 'number' && value < n],
      [`le:${n}`, (value) => typeof value === 'number' && value <= n],
    ),
  ),
  fc
    .tuple(numbers, numbers)
    .chain(([a, b]) =>
      fc.constantFrom<[string, (value: unknown) => boolean]>(
        [`in:(${a},${b})`, (value) => value === a || value === b],
        [`notin:(${a},${b})`, (value) => value !== a && value !== b],
        [`between:(${a},${b})`, (value) => typeof value === 'number' && value >= a && value <= b],
      ),
    ),
  fc.constantFrom<[string, (value: unknown) => boolean]>(
    ['is:null', (value) => value === null],
    ['isnot:null', (value) => value !== null],
    ['eq:null', (value) => value === null],
    ['ne:null', (value) => value !== null],
  ),
);

describe('a filter', () => {
  it('keeps of any numbers and nulls exactly what a plain array filter keeps', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(numbers, fc.constant(null))), filters, (population, [text, means]) => {
        expect(population.filter(parseFilter(text))).toEqual(population.filter(means));
      }),
    );
  });

  it('keeps of any names exactly what a plain array filter keeps', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(names, fc.constant(null))), names, (population, name) => {
        const lower = name.toLowerCase();
        expect(population.filter(parseFilter(`eq:${name}`))).toEqual(population.filter((value) => value === name));
        expect(population.filter(parseFilter(`ne:${name}`))).toEqual(population.filter((value) => value !== name));
        expect(population.filter(parseFilter(`gt:${name}`))).toEqual(
          population.filter((value) => value !== null && value > name),
        );
        expect(population.filter(parseFilter(`like:${name}`))).toEqual(
          population.filter((value) => value?.toLowerCase().includes(lower) === true),
        );
      }),
    );
  });

  it('is the opposite of its negation for any value', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(parseFilter('is:null')(value)).toBe(!parseFilter('isnot:null')(value));
        expect(parseFilter('eq:null')(value)).toBe(!parseFilter('ne:null')(value));
      }),
    );
  });

  it.each(['True', 'true', 'TRUE'])('reads the boolean %s', (text) => {
    expect([true, false].map(parseFilter(`eq:${text}`))).toEqual([true, false]);
  });

  it('takes a value with a colon after no operator as it is', () => {
    expect(['a:b', 'b'].map(parseFilter('a:b'))).toEqual([true, false]);
  });

  it('compares sets', () => {
    const lists = [['ASYNC'], ['ASYNC', 'SYNC'], []];
    expect(lists.map(parseFilter('allof:ASYNC,SYNC'))).toEqual([false, true, false]);
    expect(lists.map(parseFilter('anyof:ASYNC,SYNC'))).toEqual([true, true, false]);
    expect(lists.map(parseFilter('noneof:SYNC'))).toEqual([true, false, true]);
    expect([5].map(parseFilter('anyof:5'))).toEqual([false]);
  });

  it('keeps nothing for an empty list', () => {
    expect([1, 2].filter(parseFilter('in:()'))).toEqual([]);
  });

  it.each([
    ['eq:abc', 1],
    ['gt:', 1],
    ['eq:maybe', true],
  ])('refuses %s for a value it cannot be compared with', (text, value) => {
    expect(() => parseFilter(text)(value)).toThrow(expect.objectContaining({ status: 400 }));
  });

  it.each(['between:(1)', 'between:(1,2,3)', 'is:5', 'isnot:x'])('refuses %s', (text) => {
    expect(() => parseFilter(text)).toThrow(expect.objectContaining({ status: 400 }));
  });
});
