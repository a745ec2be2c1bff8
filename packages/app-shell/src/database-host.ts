import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { promisify } from 'node:util';
import { type Clock, formatDuration, type Host, type HostInventory, hostInventory, type Known } from '@orasync/core';
import type { DatabaseConfig } from './config.js';
import { readHostInventory } from './host-commands.js';

/** How long the command that prints an inventory may take. */
const commandLimitMs = 120_000;
const outputLimitBytes = 64 * 1024 * 1024;
/** An inventory may be this much newer than our clock says: clocks differ. */
const aheadMs = 300_000;

const notKnown = (reason: string): Known<never> => ({ isKnown: false, reason });

/** The host of the database: what it says of itself, by a file or by a command when the settings name one. */
export const createDatabaseHost = ({ coverage }: Pick<DatabaseConfig, 'coverage'>, clock: Pick<Clock, 'now'>): Host => {
  const { inventory } = coverage;
  const read = async (places: Parameters<Host['readInventory']>[0]): Promise<Known<HostInventory>> => {
    if (inventory === undefined) return readHere(places);
    const found = 'file' in inventory ? await readInventoryFile(inventory, clock) : await askCommand(inventory.command);
    if (!found.isKnown || isOneOf(found.value.host, places.hostNames)) return found;
    return notKnown(
      `the inventory is of host ${found.value.host}, and the database is on ${places.hostNames.join(', ')}`,
    );
  };
  return { readInventory: read };
};

const readHere: Host['readInventory'] = async (places) => {
  const here = hostname();
  if (!isOneOf(here, places.hostNames))
    return notKnown(`this host is ${here}, and the database is on ${places.hostNames.join(', ')}`);
  return { isKnown: true, value: await readHostInventory(places) };
};

/** Whether it is the same host: with or without its domain. */
const isOneOf = (host: string, names: readonly string[]): boolean => {
  const shortName = (name: string) => name.split('.')[0]?.toLowerCase();
  return names.some((name) => shortName(name) === shortName(host));
};

const readInventoryFile = async (
  { file, maxAge }: { readonly file: string; readonly maxAge: number },
  clock: Pick<Clock, 'now'>,
): Promise<Known<HostInventory>> => {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    return notKnown(`the inventory ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  const parsed = parseInventory(text, `the inventory ${file}`);
  if (!parsed.isKnown) return parsed;
  const { takenAt } = parsed.value;
  const ageMs = clock.now() - Date.parse(takenAt);
  if (ageMs > maxAge)
    return notKnown(`the inventory ${file} is of ${takenAt}, and older than ${formatDuration(maxAge)}`);
  if (ageMs < -aheadMs) return notKnown(`the inventory ${file} is of ${takenAt}, which is yet to come`);
  return parsed;
};

const run = promisify(execFile);

const askCommand = async ([program = '', ...args]: readonly string[]): Promise<Known<HostInventory>> => {
  try {
    const { stdout } = await run(program, args, { timeout: commandLimitMs, maxBuffer: outputLimitBytes });
    return parseInventory(stdout, `what ${program} printed`);
  } catch (error) {
    const { code, killed } = error as { code?: string | number; killed?: boolean };
    const how = killed === true ? `took longer than ${formatDuration(commandLimitMs)}` : `failed (${code ?? 'killed'})`;
    return notKnown(`the command ${program}, which prints the inventory, ${how}`);
  }
};

const parseInventory = (text: string, what: string): Known<HostInventory> => {
  try {
    const parsed = hostInventory.safeParse(JSON.parse(text));
    if (parsed.success) return { isKnown: true, value: parsed.data };
  } catch {
    // No JSON: said below, like every other text that is no inventory.
  }
  return notKnown(`${what} is no inventory of a host`);
};
