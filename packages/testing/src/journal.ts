import type { Clock } from './clock.js';

/** One call that either simulator was asked. */
export interface JournalEntry {
  /** 1, 2, 3 … in the order of arrival over both sides. */
  readonly n: number;
  /** ISO 8601, UTC: when it arrived. */
  readonly at: string;
  readonly side: 'array' | 'database';
  /** `POST /api/rest/volumes/group_snapshot`, `ALTER DATABASE BEGIN BACKUP`, `CONNECT system@ORCL`. No secret. */
  readonly what: string;
  /** Array: request body and query. Database: session number. */
  readonly detail: Readonly<Record<string, unknown>>;
  /** Absent while it runs. Array: the HTTP status. Database: `ok` or the error text. */
  outcome?: string;
  /** Where a hold keeps it at this moment. */
  held?: 'before' | 'after';
}

/** Keeps every call whose text contains `match`, just before or just after its effect, until released. */
export interface Hold {
  /** Empty for every call. */
  readonly match: string;
  readonly when: 'before' | 'after';
  /** Lets so many calls pass first. Default 0. */
  readonly skip?: number | undefined;
}

/** One ordered list of everything either simulator was asked, for "END before ARCHIVE LOG" assertions. */
export interface Journal {
  readonly entries: readonly JournalEntry[];
  /** Appends an entry. The caller runs `passHold` around the effect and calls `close` when it is done. */
  open(call: Pick<JournalEntry, 'side' | 'what' | 'detail'>): JournalEntry;
  /** Resolves at once unless a hold keeps this entry here. */
  passHold(entry: JournalEntry, when: Hold['when']): Promise<void>;
  close(entry: JournalEntry, outcome: string): void;
  hold(hold: Hold): void;
  /** Lifts every hold with this text and lets the calls that it keeps go on. */
  release(match: string): void;
  /** The first entry, present or to come, that satisfies `matches`. */
  waitFor(matches: (entry: JournalEntry) => boolean): Promise<JournalEntry>;
}

/**
 * @param onMoment  Called just before and just after the effect of each call, between its holds: `before` ends with it,
 *   `after` begins with it.
 */
export const createJournal = (
  clock: Clock,
  onMoment: (entry: JournalEntry, when: Hold['when']) => void = () => {},
): Journal => {
  const entries: JournalEntry[] = [];
  const holds: { hold: Hold; toSkip: number; kept: (() => void)[] }[] = [];
  const watchers = new Set<() => void>();
  const changed = () => {
    for (const watcher of watchers) watcher();
  };
  const matches = (hold: Hold, what: string) => what.toLowerCase().includes(hold.match.toLowerCase());
  const waitInHold = async (entry: JournalEntry, when: Hold['when']): Promise<void> => {
    const holding = holds.find(({ hold }) => hold.when === when && matches(hold, entry.what));
    if (holding === undefined) return;
    if (holding.toSkip > 0) {
      holding.toSkip -= 1;
      return;
    }
    entry.held = when;
    changed();
    await new Promise<void>((resolve) => void holding.kept.push(resolve));
    delete entry.held;
  };
  return {
    entries,
    open: (call) => {
      const entry: JournalEntry = { n: entries.length + 1, at: new Date(clock.now()).toISOString(), ...call };
      entries.push(entry);
      changed();
      return entry;
    },
    passHold: async (entry, when) => {
      if (when === 'after') onMoment(entry, when);
      await waitInHold(entry, when);
      if (when === 'before') onMoment(entry, when);
    },
    close: (entry, outcome) => {
      entry.outcome = outcome;
      changed();
    },
    hold: (hold) => void holds.push({ hold, toSkip: hold.skip ?? 0, kept: [] }),
    release: (match) => {
      for (const holding of holds.filter(({ hold }) => hold.match === match)) {
        holds.splice(holds.indexOf(holding), 1);
        for (const go of holding.kept) go();
      }
    },
    waitFor: (satisfies) =>
      new Promise((resolve) => {
        const look = () => {
          const found = entries.find(satisfies);
          if (found === undefined) return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
      }),
  };
};

/** An entry as one line: what was asked, and with what. */
export const describeEntry = ({ what, detail }: Pick<JournalEntry, 'what' | 'detail'>): string =>
  `${what} ${JSON.stringify(detail)}`;

/**
 * The first pattern that no entry fits after those that fit the patterns before it; `undefined` when the entries hold all
 * of them in this order. Other entries may stand between.
 */
export const firstOutOfOrder = (
  entries: readonly Pick<JournalEntry, 'what' | 'detail'>[],
  patterns: readonly RegExp[],
): RegExp | undefined => {
  const lines = entries.map(describeEntry);
  let next = 0;
  return patterns.find((pattern) => {
    const found = lines.findIndex((line, index) => index >= next && pattern.test(line));
    next = found + 1;
    return found < 0;
  });
};
