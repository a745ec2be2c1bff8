import { describe, expect, it } from 'vitest';
import { parseRows } from './util-linux.js';

const columnsOf = (text: string) => parseRows(text, 'filesystems').map(({ columns }) => columns);

describe('what findmnt and lsblk print', () => {
  it('is JSON, where a value that is null or empty is absent, and a number or boolean is its text', () => {
    expect(columnsOf('{"filesystems":[{"target":"/u1","uuid":null,"label":"","size":42,"ro":false,"x":[1]}]}')).toEqual(
      [{ target: '/u1', size: '42', ro: 'false' }],
    );
  });

  it('is JSON with escapes that are none, in old releases', () => {
    expect(columnsOf(String.raw`{"filesystems":[{"target":"/ora d\xc3\xa4ta \x22x\x22"}]}`)).toEqual([
      { target: '/ora däta "x"' },
    ]);
  });

  it('keeps a backslash that JSON says is one', () => {
    expect(columnsOf(String.raw`{"filesystems":[{"target":"/u1\\x20"}]}`)).toEqual([{ target: String.raw`/u1\x20` }]);
  });

  it('is pairs elsewhere, with every byte that is not printable as \\xHH', () => {
    expect(columnsOf(String.raw`TARGET="/ora\x20d\xc3\xa4ta \x5cx20" SOURCE="" MAJ:MIN="8:16 "`)).toEqual([
      { target: String.raw`/ora däta \x20`, 'maj:min': '8:16 ' },
    ]);
  });

  it('is refused when it is neither', () => {
    expect(() => parseRows('{"filesystems":', 'filesystems')).toThrow(SyntaxError);
  });
});
