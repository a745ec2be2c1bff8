import { readFileSync } from 'node:fs';
import {
  ConfigError,
  createStderrLogger,
  createStopSignal,
  describeFailure,
  exitStatus,
  loadSettings,
  printDocument,
  runCommand,
  type Settings,
} from '@orasync/app-shell';
import {
  applyRetention,
  InterruptedError,
  type Log,
  parsePlanFile,
  type RemovalOutcome,
  type RetentionPlan,
  resumePlan,
} from '@orasync/core';
import { type Composition, compose, type Planned } from '../compose.js';
import { findingsOf, formatPlan, guardFactsOf, type PlanDocument } from '../plan-document.js';
import { programName } from '../program-name.js';
import { createRemovalDisplay } from '../removal-display.js';
import type { RetentionFlags } from '../retention-flags.js';

/** Sets that are removed at a time: each waits for the array most of its time. */
const concurrency = 4;

/** A plan made now, and the one out of a file that it must agree with. */
interface ToApply {
  readonly planned: Planned;
  readonly kept: RetentionPlan | undefined;
}

/** Plans and carries the plans out, one database after the other; with a file only what the plans in it say too. */
export const apply = (file: string | undefined, flags: RetentionFlags): Promise<void> =>
  runCommand(
    programName,
    // A plan file names its databases itself.
    () => loadSettings(file === undefined || flags.database !== undefined ? flags : { ...flags, all: true }, 'array'),
    async (settings) => {
      const kept = file === undefined ? undefined : readPlans(file, flags);
      const signal = createStopSignal();
      const log = createStderrLogger(programName, flags);
      await using composition = compose(settings, log);
      const toApply = await planAll(kept, composition, flags);
      const plans: PlanDocument[] = [];
      for (const each of toApply) plans.push(await applyOne(each, composition, { flags, log, signal, settings }));
      await printDocument(flags, { plans }, () => plans.map(formatPlan).join('\n\n'));
      return plans.map(({ exit }) => exit);
    },
  );

/** @throws {ConfigError} The file cannot be read, is none, or has no plan for a chosen database. */
const readPlans = (path: string, { database: chosen }: RetentionFlags): readonly RetentionPlan[] => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError([`${path}: cannot be read (${(error as NodeJS.ErrnoException).code})`]);
  }
  const file = parsePlanFile(text);
  if (file === undefined) throw new ConfigError([`${path}: is no plan file that this version knows`]);
  const missing = (chosen ?? []).filter((name) => file.plans.every(({ database }) => database !== name));
  if (missing.length > 0) throw new ConfigError(missing.map((name) => `${path}: has no plan for database ${name}`));
  return chosen === undefined ? file.plans : file.plans.filter(({ database }) => chosen.includes(database));
};

const planAll = async (
  kept: readonly RetentionPlan[] | undefined,
  composition: Composition,
  { allDatabases = false, maxRemovals }: RetentionFlags,
): Promise<readonly ToApply[]> => {
  if (kept === undefined) {
    const planned = await composition.plan({ allDatabases, maxRemovals });
    return planned.map((each) => ({ planned: each, kept: undefined }));
  }
  const planned = await composition.planNamed(
    kept.map(({ database }) => database),
    { maxRemovals },
  );
  return planned.map((each) => ({
    planned: each,
    kept: kept.find(({ database }) => database === each.plan.database),
  }));
};

const applyOne = async (
  { planned, kept }: ToApply,
  { array, clock }: Composition,
  {
    flags,
    log,
    signal,
    settings,
  }: { readonly flags: RetentionFlags; readonly log: Log; readonly signal: AbortSignal; readonly settings: Settings },
): Promise<PlanDocument> => {
  const removals: RemovalOutcome[] = [];
  let plan = planned.plan;
  const findings = findingsOf(planned);
  try {
    if (kept !== undefined) plan = resumePlan(kept, plan);
    const display = createRemovalDisplay(plan, flags, clock);
    const onRemoval = (removal: RemovalOutcome) => {
      removals.push(removal);
      display(removal);
    };
    await applyRetention(plan, guardFactsOf(planned, flags), { array, clock, log, signal, onRemoval, concurrency });
    return { ...plan, findings, exit: 0, removals };
  } catch (error) {
    const failure = describeFailure(error, settings);
    const interrupted = new InterruptedError(String(signal.reason), { cause: error });
    const exit = signal.aborted ? exitStatus(interrupted) : failure.exit;
    return { ...plan, findings, removals, error: failure.error, exit };
  }
};
