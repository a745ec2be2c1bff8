import {
  createStderrLogger,
  createStopSignal,
  describeError,
  exitStatus,
  loadSettings,
  printNote,
  printResult,
  runCommand,
} from '@orasync/app-shell';
import type { CommonFlags } from '@orasync/app-shell/program';
import { applyRetention, type Log, type RemovalOutcome } from '@orasync/core';
import { type Composition, compose, type Planned } from '../compose.js';
import { formatPlan, type PlanDocument } from '../plan-document.js';

const program = 'orasync-retention';

/** Plans and carries the plans out, one database after the other. */
export const apply = (flags: CommonFlags & { readonly allDatabases?: true }): Promise<void> =>
  runCommand(
    program,
    () => loadSettings(flags, 'array'),
    async (settings) => {
      const signal = createStopSignal((error) => printNote(describeError(program, error)));
      const log = createStderrLogger(program, flags);
      await using composition = compose(settings, log);
      const planned = await composition.plan({ allDatabases: flags.allDatabases === true });
      const plans: PlanDocument[] = [];
      for (const each of planned) plans.push(await applyOne(each, composition, { flags, log, signal }));
      await printResult(flags.json ? JSON.stringify({ plans }, undefined, 2) : plans.map(formatPlan).join('\n\n'));
      return plans.map(({ exit }) => exit);
    },
  );

const applyOne = async (
  { plan, facts: { sets, now, array } }: Planned,
  composition: Composition,
  { flags, log, signal }: { flags: CommonFlags; log: Log; signal: AbortSignal },
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
    const { code, message, hint } = error as Error & { code?: string; hint?: string };
    if (code !== 'RETENTION_REFUSED' && code !== 'RETENTION_INCOMPLETE') throw error;
    const exit = signal.aborted ? exitStatus({ code: 'INTERRUPTED', reason: signal.reason }) : exitStatus(error);
    return { ...plan, exit, removals, error: { code, message, ...(hint === undefined ? {} : { hint }) } };
  }
};
