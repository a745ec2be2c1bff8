import type { StatementAction } from '../client-faults.js';
import type { ClientState } from './client-state.js';
import { type ClientExit, deathOf } from './exit.js';

const fillerLine = `${'x'.repeat(79)}\n`;

const flood = (client: ClientState, bytes: number): void => {
  const chunk = fillerLine.repeat(800);
  for (let left = bytes; left > 0; left -= chunk.length) client.print(chunk.slice(0, left));
};

/** What a client that dies while it prints has printed: half of it, so that it ends within a line. */
const firstHalf = (text: string): string => text.slice(0, Math.floor(text.length / 2));

const printFault = (client: ClientState, { text, stream }: Extract<StatementAction, { kind: 'print' }>): void => {
  const filled = text.replaceAll('<last prompt>', client.lastPrompt);
  if (stream === 'stdout') client.print(filled);
  else client.printError(filled);
};

/**
 * Runs a logon or a statement, and does to its output what faults ask for.
 *
 * @param actions  Those that meet this call.
 * @param run      Reaches the database and prints the answer.
 */
export const withStatementFaults = async <Outcome>(
  client: ClientState,
  actions: readonly StatementAction[],
  run: () => Promise<Outcome>,
): Promise<Outcome | ClientExit> => {
  const prints = actions.filter((action) => action.kind === 'print');
  for (const action of actions) if (action.kind === 'flood') flood(client, action.bytes);
  for (const action of prints) if (action.when === 'before') printFault(client, action);

  const instead = prints.filter((action) => action.when === 'instead');
  const death = actions.find((action) => action.kind === 'die');
  const collected = instead.length > 0 || death?.when === 'during' ? client.collectOutput() : undefined;
  const outcome = await run();
  const text = collected?.release() ?? '';
  if (death?.when === 'during') client.print(firstHalf(text));
  for (const action of instead) printFault(client, action);
  if (death !== undefined) return deathOf(death);

  for (const action of prints) if (action.when === 'after') printFault(client, action);
  for (const action of actions) {
    if (action.kind !== 'ask') continue;
    client.print(action.prompt);
    for (let line = 0; line < action.lines; line += 1) await client.nextAnswer('', 'secret');
  }
  return outcome;
};
