import { hostname, userInfo } from 'node:os';
import { ConfigError, loadSettings, printDocument, runCommand } from '@orasync/app-shell';
import type { CommonFlags } from '@orasync/app-shell/program';
import { formatTime, pinRequest, pinSet, systemClock, unpinSet } from '@orasync/core';
import { withArraySets } from '../array-sets.js';
import { programName } from '../program-name.js';

export interface PinFlags extends CommonFlags {
  readonly reason: string;
  readonly until?: string;
}

/** One entry of `{ "pins": [ … ] }`. */
interface PinDocument {
  readonly set: string;
  readonly isPinned: boolean;
  readonly by?: string;
  readonly reason?: string;
  readonly until?: string;
  readonly exit: number;
}

/** Keeps a set on the array from being removed, until it is unpinned or the pin lapses. */
export const pin = (name: string, flags: PinFlags): Promise<void> =>
  runCommand(
    programName,
    () => loadSettings(flags, 'array alone'),
    async (settings) => {
      const request = parseRequest(flags);
      const document = await withArraySets(settings, flags, async (sets) => {
        const set = sets.getSet(name);
        if (set.state === 'foreign')
          throw new ConfigError([`${set.id} is not labelled by this program, and never removed`]);
        const { by, reason, until } = await pinSet(set, request, { array: sets.array, clock: systemClock });
        const ends = until === undefined ? {} : { until: formatTime(until.getTime(), settings.config.zone) };
        return { set: set.id, isPinned: true, ...(by && { by }), ...(reason && { reason }), ...ends, exit: 0 };
      });
      await print(flags, document);
      return [0];
    },
  );

/** Takes the pin off a set. One that has none stays as it is. */
export const unpin = (name: string, flags: CommonFlags): Promise<void> =>
  runCommand(
    programName,
    () => loadSettings(flags, 'array alone'),
    async (settings) => {
      const set = await withArraySets(settings, flags, async (sets) => {
        const found = sets.getSet(name);
        await unpinSet(found, sets);
        return found;
      });
      await print(flags, { set: set.id, isPinned: false, exit: 0 });
      return [0];
    },
  );

/** @throws {ConfigError} Something of it cannot be pinned with. */
const parseRequest = ({ reason, until }: PinFlags) => {
  const ends = until === undefined ? undefined : parseTime(until);
  const parsed = pinRequest.safeParse({ by: whoever(), reason, until: ends });
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(({ message }) => message));
  if (ends !== undefined && ends.getTime() <= systemClock.now())
    throw new ConfigError([`--until ${until} lies behind`]);
  return parsed.data;
};

/** A day, which is over at its end by UTC, or an instant with its offset. */
const parseTime = (text: string): Date => {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const isInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$/.test(text);
  const at = new Date(isDay ? `${text}T23:59:59Z` : text);
  if ((isDay || isInstant) && !Number.isNaN(at.getTime())) return at;
  throw new ConfigError([`--until ${text}: expected a day such as 2026-12-31, or a time such as 2026-12-31T18:00:00Z`]);
};

const whoever = (): string => {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return hostname(); // a container's user need not have a name
  }
};

const print = (flags: CommonFlags, document: PinDocument): Promise<void> => {
  const { set, isPinned, by, reason, until } = document;
  return printDocument(flags, { pins: [document] }, () =>
    isPinned ? `${set} is pinned by ${by} until ${until ?? 'it is unpinned'}: ${reason}` : `${set} is not pinned`,
  );
};
