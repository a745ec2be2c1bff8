import { DatabaseClaimedError, PreflightError } from '../errors.js';
import type { Bracket, BracketRequest, Database, DatabaseSession, DatabaseStatus } from '../ports.js';
import { leftoverHint, readLeftover } from './leftover.js';
import type { Finding } from './report.js';
import type { Run } from './run.js';

/**
 * Claims the database for this run, and makes ready what will send BEGIN and END.
 *
 * @throws {DatabaseClaimedError} Another run holds it.
 */
export const claim = async (fallback: DatabaseSession, run: Run): Promise<Bracket> => {
  const { request, dependencies, progress } = run;
  const { database, signal } = dependencies;
  const opened = await openClaimed({ run: run.id, budgetMs: request.budget, fallback, signal }, database);
  if (opened.kind === 'taken') throw new DatabaseClaimedError(opened.message, progress.report());
  const { bracket } = opened;
  run.bracket = bracket;
  if (bracket.claim.kind === 'weak') progress.findings.push(weakClaim(bracket.claim.reason));
  return bracket;
};

/** A claimed bracket, or a sentence that says which sessions hold the database. */
export const openClaimed = async (
  request: BracketRequest,
  database: Database,
): Promise<
  { readonly kind: 'open'; readonly bracket: Bracket } | { readonly kind: 'taken'; readonly message: string }
> => {
  const opened = await database.openBracket(request);
  if (opened.kind === 'open') return opened;
  const names = opened.by.map(
    ({ purpose, loggedOnAt }) => `${purpose}${loggedOnAt === undefined ? '' : `, since ${loggedOnAt.toISOString()}`}`,
  );
  const whose = names.length === 0 ? '' : ` (${names.join('; ')})`;
  return { kind: 'taken', message: `another run holds the database${whose}` };
};

/** No other run is known to hold it, and that is all that can be said. */
export const weakClaim = (reason: string): Finding => ({
  level: 'warning',
  code: 'weak-claim',
  message: `that no other run works on the database is not certain: ${reason}`,
});

/**
 * Ends backup mode that an interrupted run of ours left. Called with the database claimed, so that no run is at work.
 *
 * @throws {PreflightError} It is somebody else's, or cannot be proved ours.
 * @throws {Error} It could not be ended: `run.remains` says so.
 */
export const heal = async (
  database: DatabaseStatus,
  { session, bracket }: { readonly session: DatabaseSession; readonly bracket: Bracket },
  run: Run,
): Promise<void> => {
  const { dependencies, progress } = run;
  const { array, log } = dependencies;
  const leftover = await readLeftover(database, { session, array });
  if (leftover.kind === 'none') return;
  const refuse = ({ files }: { readonly files: number }, reason: string): PreflightError => {
    progress.findings.push(leftoverFinding(files, reason));
    return new PreflightError(progress.findings, progress.report());
  };
  if (leftover.kind === 'not-ours') throw refuse(leftover, leftover.reason);
  if (bracket.claim.kind === 'weak' && bracket.claim.isBlind)
    throw refuse(leftover, `whether the run of set ${leftover.record.set} is still at work cannot be seen`);
  log.warn({ set: leftover.record.set, files: leftover.files }, 'ending the backup mode of an interrupted run');
  run.remains = 'backup-mode';
  await session.endBackup({ fromScn: leftover.scn, toScn: leftover.scn });
  const left = await readLeftover(database, { session, array });
  if (left.kind !== 'none') throw new Error(`${left.files} data file(s) are still in backup mode after END BACKUP`);
  run.remains = 'nothing';
  progress.findings.push({
    level: 'warning',
    code: 'healed',
    message: `the run of set ${leftover.record.set} had left ${leftover.files} data file(s) in backup mode: ended`,
  });
};

/** Backup mode that stays as it is. */
export const leftoverFinding = (files: number, reason: string): Finding => ({
  level: 'blocking',
  code: 'already-in-backup-mode',
  message: `${files} data file(s) are in backup mode already: ${reason}`,
  hint: leftoverHint,
});
