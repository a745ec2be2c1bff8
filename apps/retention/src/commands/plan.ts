import { writeFileSync } from 'node:fs';
import {
  ConfigError,
  createStderrLogger,
  describeFailure,
  loadSettings,
  printDocument,
  printNote,
  runCommand,
  type Settings,
} from '@orasync/app-shell';
import { formatPlanFile, guardPlan, type RetentionPlan } from '@orasync/core';
import { compose, type Planned } from '../compose.js';
import { findingsOf, formatPlan, guardFactsOf, type PlanDocument } from '../plan-document.js';
import { programName } from '../program-name.js';
import type { RetentionFlags } from '../retention-flags.js';

export interface PlanFlags extends RetentionFlags {
  /** Where the plans are kept, to be read and then carried out. */
  readonly out?: string;
}

/** Prints one plan per database; one that breaks a safety rule is printed and refused. */
export const plan = (flags: PlanFlags): Promise<void> =>
  runCommand(
    programName,
    () => loadSettings(flags, 'array'),
    async (settings) => {
      await using composition = compose(settings, createStderrLogger(programName, flags));
      const { allDatabases = false, maxRemovals, out } = flags;
      const planned = await composition.plan({ allDatabases, maxRemovals });
      const plans = planned.map((each) => judge(each, flags, settings));
      if (out !== undefined) {
        keep(
          planned.map((each) => each.plan),
          out,
        );
        if (flags.quiet !== true) printNote(`${programName}: the plan is in ${out}`);
      }
      await printDocument(flags, { plans }, () => plans.map(formatPlan).join('\n\n'));
      return plans.map(({ exit }) => exit);
    },
  );

const judge = (planned: Planned, flags: RetentionFlags, settings: Settings): PlanDocument => {
  const { plan: retentionPlan } = planned;
  const findings = findingsOf(planned);
  try {
    guardPlan(retentionPlan, guardFactsOf(planned, flags));
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
