import type { Command } from './command.js';
import { withoutQuotes, wordsOf } from './words.js';

/** DEFINE lists, shows or sets. Observed in shape: `DEFINE A = "y" (CHAR)`. */
export const define: Command = (client, rest) => {
  const line = (name: string): string => `DEFINE ${name.padEnd(15)} = "${client.variables.get(name) ?? ''}" (CHAR)\n`;
  const [, name = '', isSet, value = ''] = /^(\w*)\s*(=)?\s*(.*?)\s*;?$/.exec(rest) ?? [];
  const key = name.toUpperCase();
  if (isSet !== undefined) client.variables.set(key, withoutQuotes(value));
  else if (key === '') client.print([...client.variables.keys()].map(line).join(''));
  else client.print(client.variables.has(key) ? line(key) : `SP2-0135: symbol ${name} is UNDEFINED\n`);
  return undefined;
};

/** UNDEFINE. */
export const undefine: Command = (client, rest) => {
  for (const name of wordsOf(rest)) client.variables.delete(name.toUpperCase());
  return undefined;
};

/** ACCEPT takes the next line of input for a value, whatever that was meant for. Documented: sqlplus.md section 6. */
export const accept: Command = async (client, rest) => {
  const name = /^\w+/.exec(rest)?.[0] ?? '';
  const text = /\bPROMPT\s+("[^"]*"|'[^']*'|\S+)/i.exec(rest)?.[1] ?? '';
  const preset = /\bDEF(?:AULT)?\s+("[^"]*"|'[^']*'|\S+)/i.exec(rest)?.[1] ?? '';
  client.print(withoutQuotes(text));
  const answer = (await client.nextAnswer('', /\bHIDE\b/i.test(rest) ? 'secret' : 'plain')) ?? '';
  client.variables.set(name.toUpperCase(), answer === '' ? withoutQuotes(preset) : answer);
  return undefined;
};

/** PAUSE prints its text and takes a line of input. */
export const pause: Command = async (client, rest) => {
  client.print(`${rest}\n`);
  await client.nextAnswer('');
  return undefined;
};
