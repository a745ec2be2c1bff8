import type { JournalEntry } from '@orasync/testing';
import { expect } from 'vitest';
import { setUp } from './program.js';

/** A call of a run, as a fault finds it again in another run. */
export interface Call {
  readonly side: JournalEntry['side'] | 'client';
  /** A piece of its text that is the same in every run. */
  readonly match: string;
  /** So many calls with this piece come before it. */
  readonly skip: number;
  /** Before BEGIN, BEGIN itself, up to END and its confirmation, or later. */
  readonly phase: 'before' | 'begin' | 'window' | 'after';
  readonly isWrite: boolean;
  /** For titles. */
  readonly name: string;
}

/** Run ids, set ids, SCNs and object ids differ from run to run; so does what lies between two of them in a text. */
const varying = /[0-9a-f]{6,}|\d{8}T\d{6}Z\S*/i;

const stablePiece = (what: string): string =>
  what
    .split(varying)
    .reduce((longest, piece) => (piece.length > longest.length ? piece : longest), '')
    .slice(-400);

const nameOf = ({ n, side, what }: JournalEntry): string => {
  const [, from] = / FROM ([\w$]+)/i.exec(what) ?? [];
  const text =
    side === 'array' ? what.replace('/api/rest', '') : from === undefined ? what.slice(0, 40) : `SELECT ${from}`;
  return `${n} ${text.trim()}`;
};

/** Every call of a run that nothing goes wrong with, the starts of its clients among them, in their order. */
export const callsOfARun = async (): Promise<readonly Call[]> => {
  const cleanUps: (() => unknown)[] = [];
  const { testbed, backup } = await setUp({ data: 2 }, (cleanUp) => void cleanUps.push(cleanUp as () => unknown));
  const { status, stderr } = await backup(['-q', '-c', testbed.address.config]);
  expect({ status, stderr }).toEqual({ status: 0, stderr });
  const { entries } = testbed.world.journal;
  for (const cleanUp of cleanUps) await cleanUp();

  const begin = entries.findIndex(({ what }) => /^ALTER DATABASE BEGIN BACKUP/i.test(what));
  // The query that confirms END.
  const end = entries.findIndex(({ what }) => /^ALTER DATABASE END BACKUP/i.test(what)) + 1;
  const calls = entries.map((entry, index): Call => {
    const match = stablePiece(entry.what);
    const isSame = ({ what }: JournalEntry) => what.toLowerCase().includes(match.toLowerCase());
    return {
      side: entry.side,
      match,
      skip: entries.slice(0, index).filter(isSame).length,
      phase: index < begin ? 'before' : index === begin ? 'begin' : index <= end ? 'window' : 'after',
      isWrite: !/^(GET|SELECT|CONNECT)/.test(entry.what),
      name: nameOf(entry),
    };
  });
  const clients = ['of the run', 'one of the guard', 'the other of the guard'].map(
    (whose, skip): Call => ({
      side: 'client',
      match: 'sqlplus',
      skip,
      phase: 'before',
      isWrite: false,
      name: `start of sqlplus ${whose}`,
    }),
  );
  return [...clients, ...calls];
};

/** The same but for the object: two labels, two sessions, two parts of the restore material. */
const isLike = (call: Call, other: Call | undefined): boolean =>
  other?.isWrite === true && call.phase === other.phase && call.match.slice(0, 15) === other.match.slice(0, 15);

/**
 * One call of each kind in each step: of the reads between two writes the first GET, the first SELECT and the first CONNECT,
 * but every read in the window; of writes in a row that differ in the object alone the first and the last.
 */
export const distinctCalls = (calls: readonly Call[]): readonly Call[] => {
  const writes = calls.filter(({ isWrite }) => isWrite);
  let kinds = new Set<string>();
  return calls.filter((call) => {
    if (call.side === 'client') return true;
    if (call.isWrite) {
      kinds = new Set();
      const at = writes.indexOf(call);
      return !isLike(call, writes[at - 1]) || !isLike(call, writes[at + 1]);
    }
    const [kind = ''] = call.match.split(' ', 1);
    const isNew = !kinds.has(kind);
    kinds.add(kind);
    return isNew || call.phase === 'window';
  });
};
