import type { Clock } from '../clock.js';
import type {
  BackupModeFacts,
  BracketFacts,
  BracketRequestFacts,
  DatabaseSessionPort,
  EndedFacts,
  OpenedBracketFacts,
  OwnershipFacts,
} from './port-facts.js';

/** What a bracket of the port is made of. */
interface BracketOptions {
  readonly openSession: (options: {
    readonly purpose: string;
    readonly signal?: AbortSignal;
  }) => Promise<DatabaseSessionPort>;
  /** The purposes of the other sessions that hold a bracket. */
  readonly otherBrackets: (own: string) => readonly string[];
  readonly clock: Clock;
}

const prefix = 'guard of run ';

/** Whether a session's purpose is that of a bracket. */
export const isBracketPurpose = (purpose: string): boolean => purpose.startsWith(prefix);

/**
 * A bracket without a process of its own: it ends backup mode when asked or when the budget is spent, and dies with the
 * process. What a guard adds to that is tested where the guard is.
 */
export const openPortBracket = async (
  { run, budgetMs, signal }: BracketRequestFacts,
  { openSession, otherBrackets, clock }: BracketOptions,
): Promise<OpenedBracketFacts> => {
  const purpose = `${prefix}${run}`;
  const session = await openSession(signal === undefined ? { purpose } : { purpose, signal });
  const others = otherBrackets(purpose);
  if (others.length > 0) {
    await session.close();
    return { kind: 'taken', by: others.map((other) => ({ purpose: other })) };
  }
  const reader = await openSession({ purpose: `reserve of run ${run}` });
  return { kind: 'open', bracket: bracketOf(session, reader, { budgetMs, clock }) };
};

const bracketOf = (
  session: DatabaseSessionPort,
  reader: DatabaseSessionPort,
  { budgetMs, clock }: { readonly budgetMs: number; readonly clock: Clock },
): BracketFacts => {
  const over = new AbortController();
  let ours: OwnershipFacts = { fromScn: 0n };
  let begunAtMs = 0;
  let fired: string | undefined;
  let stopBudget = () => {};
  let ending: Promise<EndedFacts> | undefined;
  let see: (mode: BackupModeFacts | undefined) => void = () => {};
  const seen = new Promise<BackupModeFacts | undefined>((resolve) => {
    see = resolve;
  });

  const end = (): Promise<EndedFacts> => {
    stopBudget();
    ending ??= session.endBackup(ours).then(({ before, after }) => {
      if (after === undefined || after.activeFiles > 0) throw new Error('END BACKUP did not end it');
      return { before, hotWindowMs: begunAtMs === 0 ? 0 : clock.now() - begunAtMs, fired };
    });
    return ending;
  };

  return {
    claim: { kind: 'exclusive' },
    over: over.signal,
    seen,
    begin: async (baselineScn) => {
      ours = { fromScn: baselineScn };
      await session.beginBackup();
      begunAtMs = clock.now();
      reader.readBackupMode().then(see, () => see(undefined));
      stopBudget = clock.setTimeout(() => {
        fired = 'the time allowed in backup mode was spent';
        over.abort(new Error(`the guard ended backup mode by itself: ${fired}`));
        end().catch(() => undefined); // whoever asks for the end hears of it
      }, budgetMs);
    },
    end,
    release: async () => {
      stopBudget();
      await Promise.all([session.close(), reader.close()]);
    },
  };
};
