import type { ClientState } from './client-state.js';

/**
 * Replaces `&name` and `&&name`, asking for what is not defined: the answer is the next line of input, whatever that was
 * meant for. Observed: sqlplus.md section 6 (SP310, DOCTOR).
 */
export const substituted = async (client: ClientState, line: string): Promise<string> => {
  if (!client.settings.isDefineOn) return line;
  let text = '';
  let rest = line;
  for (let match = /(&&?)(\w+)\.?/.exec(rest); match !== null; match = /(&&?)(\w+)\.?/.exec(rest)) {
    const name = (match[2] ?? '').toUpperCase();
    let value = client.variables.get(name);
    if (value === undefined) {
      client.print(`Enter value for ${(match[2] ?? '').toLowerCase()}: `);
      value = (await client.nextAnswer('')) ?? '';
      if (match[1] === '&&') client.variables.set(name, value);
    }
    text += rest.slice(0, match.index) + value;
    rest = rest.slice(match.index + match[0].length);
  }
  return text + rest;
};
