import {
  createStderrLogger,
  createStopSignal,
  describeFailure,
  exitStatus,
  loadSettings,
  printNote,
  printResult,
  runCommand,
  type Settings,
} from '@orasync/app-shell';
import type { CommonFlags } from '@orasync/app-shell/program';
import { applyRetention, InterruptedError, type Log, type RemovalOutcome } from '@orasync/core';
import { type Composition, compose, type Planned } from '../compose.js';
import { formatPlan, type PlanDocument } from '../plan-document.js';

const program = 'orasync-retention';

/** Plans and carries the plans out, one database after the other. */
export const apply = (flags: CommonFlags & { readonly allDatabases?: true }): Promise<void> =>
  runCommand(
    program,
    () => loadSettings(flags, 'array'),
    async (settings) => {
      const signal = createStopSignal();
      const log = createStderrLogger(program, flags);
      await using composition = compose(settings, log);
      const planned = await composition.plan({ allDatabases: flags.allDatabases === true });
      const plans: PlanDocument[] = [];
      for (const each of planned) plans.push(await applyOne(each, composition, { flags, log, signal, settings }));
      await printResult(flags.json ? JSON.stringify({ plans }, undefined, 2) : plans.map(formatPlan).join('\n\n'));
      return plans.map(({ exit }) => exit);
    },
  );

const applyOne = async (
  { plan, facts: { sets, now, array } }: Planned,
  composition: Composition,
  { flags, log, signal, settings }: { flags: CommonFlags; log: Log; signal: AbortSignal; settings: Settings },
): Promise<PlanDocument> => {
  const removals: RemovalOutcome[] = [];
  const onRemoval = (removal: RemovalOutcome) => {
    removals.push(removal);
    if (flags.quiet !== true && flags.logFormat === 'text') printNote(`${removal.outcome.padEnd(8)} ${removal.name}`);
  };
  try {
    await applyRetention(plan, { sets, now, arrayTime: array.time }, { ...composition, log, signal, onRemoval });
    return { ...plan, exit: 0, removals };
  } catch (error) {
    const failure = describeFailure(error, settings);
    const interrupted = new InterruptedError(String(signal.reason), { cause: error });
    return { ...plan, removals, error: failure.error, exit: signal.aborted ? exitStatus(interrupted) : failure.exit };
  }
};
