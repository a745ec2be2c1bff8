import {
  createStderrLogger,
  describeFailure,
  loadSettings,
  printResult,
  runCommand,
  type Settings,
} from '@orasync/app-shell';
import type { CommonFlags } from '@orasync/app-shell/program';
import { guardPlan } from '@orasync/core';
import { compose, type Planned } from '../compose.js';
import { formatPlan, type PlanDocument } from '../plan-document.js';

const program = 'orasync-retention';

/** Prints one plan per database; one that breaks a safety rule is printed and refused. */
export const plan = (flags: CommonFlags & { readonly allDatabases?: true }): Promise<void> =>
  runCommand(
    program,
    () => loadSettings(flags, 'array'),
    async (settings) => {
      await using composition = compose(settings, createStderrLogger(program, flags));
      const planned = await composition.plan({ allDatabases: flags.allDatabases === true });
      const plans = planned.map((each) => judge(each, settings));
      await printResult(flags.json ? JSON.stringify({ plans }, undefined, 2) : plans.map(formatPlan).join('\n\n'));
      return plans.map(({ exit }) => exit);
    },
  );

const judge = ({ plan: retentionPlan, facts: { sets, now, array } }: Planned, settings: Settings): PlanDocument => {
  try {
    guardPlan(retentionPlan, { sets, now, arrayTime: array.time });
    return { ...retentionPlan, exit: 0 };
  } catch (error) {
    return { ...retentionPlan, ...describeFailure(error, settings) };
  }
};
