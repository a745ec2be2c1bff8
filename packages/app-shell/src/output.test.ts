import { expect, test } from 'vitest';
import { describeError, formatMs, formatOutsideName, formatTable } from './output.js';

test('an error is what failed, one line for each problem, and what to do', () => {
  const error = Object.assign(new Error('a\nb'), { problems: ['a', 'b'], hint: 'do c' });
  expect(describeError('prog', error)).toBe('prog: a\nprog: b\nhint: do c');
  expect(describeError('prog', new Error('x'))).toBe('prog: x');
  expect(describeError('prog', error, 'do d')).toBe('prog: a\nprog: b\nhint: do d');
  expect(describeError('prog', 'thrown')).toBe('prog: thrown');
});

test('columns are as wide as their widest cell, and lines have no blanks at the end', () => {
  expect(
    formatTable(
      [
        ['a', 'bb', 'c'],
        ['aaa', 'b', ''],
      ],
      ' ',
    ),
  ).toBe(' a    bb  c\n aaa  b   ');
});

test('a name from outside neither starts a line nor moves the cursor', () => {
  expect(formatOutsideName('/u01/dätä 1.dbf\n  - name: X\u001b[2K\u0085')).toBe(
    String.raw`/u01/dätä 1.dbf\x0a  - name: X\x1b[2K\x85`,
  );
});

test.each([
  [0, '0 ms'],
  [9_999, '9999 ms'],
  [12_345, '12.3 s'],
])('%i ms is said as %s', (ms, text) => {
  expect(formatMs(ms)).toBe(text);
});
