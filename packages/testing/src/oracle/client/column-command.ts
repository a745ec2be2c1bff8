import type { Command } from './command.js';
import { parseMask } from './number-text.js';
import { withoutQuotes, wordsOf } from './words.js';

/** COLUMN name [FORMAT …] [HEADING …] [NOPRINT | PRINT] [CLEAR | OFF]. Other options are known and change nothing here. */
export const column: Command = (client, rest) => {
  const [name = '', ...words] = wordsOf(rest);
  const key = name.toUpperCase();
  if (words.some((word) => /^(?:CLE(?:AR)?|OFF)$/i.test(word))) client.columns.delete(key);
  for (const [index, word] of words.entries()) {
    const value = withoutQuotes(words[index + 1] ?? '');
    const before = client.columns.get(key) ?? {};
    if (/^HEA(?:D(?:ING)?)?$/i.test(word)) client.columns.set(key, { ...before, heading: value });
    else if (/^NOPRI(?:NT)?$/i.test(word)) client.columns.set(key, { ...before, isHidden: true });
    else if (/^PRI(?:NT)?$/i.test(word)) client.columns.set(key, { ...before, isHidden: false });
    else if (/^FOR(?:MAT)?$/i.test(word)) {
      const width = /^A(\d+)$/i.exec(value)?.[1];
      const mask = width === undefined ? parseMask(value) : undefined;
      if (width !== undefined) client.columns.set(key, { ...before, width: Number(width) });
      else if (mask !== undefined) client.columns.set(key, { ...before, mask });
      else client.print(`SP2-0246: Illegal FORMAT string "${value}"\n`);
    }
  }
  return undefined;
};
