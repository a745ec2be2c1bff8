import { writeFileSync } from 'node:fs';
import {
  ConfigError,
  createStderrLogger,
  describeFailure,
  loadSettings,
  printNote,
  printResult,
  runCommand,
  type Settings,
} from '@orasync/app-shell';
import { formatPlanFile, guardPlan, type RetentionPlan } from '@orasync/core';
import { compose, type Planned } from '../compose.js';
import { findingsOf, formatPlan, type PlanDocument } from '../plan-document.js';
import type { RetentionFlags } from '../retention-flags.js';

const program = 'orasync-retention';

interface PlanFlags extends RetentionFlags {
  /** Where the plans are kept, to be read and then carried out. */
  readonly out?: string;
}

/** Prints one plan per database; one that breaks a safety rule is printed and refused. */
export const plan = (flags: PlanFlags): Promise<void> =>
  runCommand(
    program,
    () => loadSettings(flags, 'array'),
    async (settings) => {
      await using composition = compose(settings, createStderrLogger(program, flags));
      const { allDatabases = false, maxRemovals, out } = flags;
      const planned = await composition.plan({ allDatabases, maxRemovals });
      const plans = planned.map((each) => judge(each, maxRemovals, settings));
      if (out !== undefined) {
        keep(
          planned.map((each) => each.plan),
          out,
        );
        if (flags.quiet !== true) printNote(`${program}: the plan is in ${out}`);
      }
      await printResult(flags.json ? JSON.stringify({ plans }, undefined, 2) : plans.map(formatPlan).join('\n\n'));
      return plans.map(({ exit }) => exit);
    },
  );

const judge = (planned: Planned, maxRemovals: number | undefined, settings: Settings): PlanDocument => {
  const { plan: retentionPlan, facts } = planned;
  const findings = findingsOf(planned);
  try {
    guardPlan(retentionPlan, { sets: facts.sets, now: facts.now, arrayTime: facts.array.time, maxRemovals });
    return { ...retentionPlan, findings, exit: 0 };
  } catch (error) {
    return { ...retentionPlan, findings, ...describeFailure(error, settings) };
  }
};

/** @throws {ConfigError} The file cannot be written. */
const keep = (plans: readonly RetentionPlan[], path: string): void => {
  try {
    writeFileSync(path, formatPlanFile(plans));
  } catch (error) {
    throw new ConfigError([`${path}: cannot be written (${(error as NodeJS.ErrnoException).code})`]);
  }
};
