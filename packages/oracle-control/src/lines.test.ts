import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createLineReader } from './lines.js';

const read = (pieces: readonly string[]) => {
  const lines: string[] = [];
  const reader = createLineReader((line) => lines.push(line));
  for (const piece of pieces) reader.push(piece);
  return { lines, reader };
};

it('puts lines together, however the text is cut', () =>
  fc.assert(
    fc.property(fc.array(fc.string()), fc.string(), (pieces, separator) => {
      const all = [...pieces, separator, '\n', ...pieces];
      const whole = read([all.join('')]);
      const cut = read(all);
      expect(cut.lines).toEqual(whole.lines);
      expect(cut.reader.unfinished()).toBe(whole.reader.unfinished());
      expect(cut.reader.unfinishedLength()).toBe(whole.reader.unfinished().length);
    }),
  ));

it('drops a carriage return before the newline, and no other', () =>
  expect(read(['a\rb\r', '\n\r\n']).lines).toEqual(['a\rb', '']));

it('keeps the end of an unfinished line that is cut', () => {
  const { lines, reader } = read(['abc', 'def']);
  reader.cut(2);
  reader.push('g\n');
  expect(lines).toEqual(['efg']);
});
