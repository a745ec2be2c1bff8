#!/usr/bin/env node
import { createProgram, runProgram, withCommonFlags } from '@orasync/app-shell/program';
import { type Command, InvalidArgumentError } from 'commander';
import type { ExplainFlags } from './commands/explain.js';
import type { PlanFlags } from './commands/plan.js';
import { programName } from './program-name.js';
import type { RetentionFlags } from './retention-flags.js';

const program = createProgram(
  programName,
  'Removes backup snapshots that are old enough, never the last good ones. Without a command: plan.',
  '0.1.0',
);

const parseCount = (text: string): number => {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('expected a whole number.');
  return Number(text);
};

const withRetentionFlags = (command: Command): Command =>
  withCommonFlags(command)
    .option('--all-databases', 'plan for every set on the array, not only those of the configuration')
    .option('--max-removals <n>', 'how many sets may go in this run, in place of the cap of the policy', parseCount);

withRetentionFlags(program.command('plan', { isDefault: true }))
  .description('print what would be kept and removed, and why; remove nothing')
  .option('--out <file>', 'keep the plan in a file as well, for apply; good for a day')
  .action(async (flags: PlanFlags) => {
    const { plan } = await import('./commands/plan.js');
    await plan(flags);
  });

withRetentionFlags(program.command('apply').argument('[file]', 'a plan that plan --out kept'))
  .description('remove what a kept plan says, as far as it still holds; or plan and remove at once')
  .option('--yes', 'plan and remove at once')
  .action(async (file: string | undefined, flags: RetentionFlags & { readonly yes?: true }, command: Command) => {
    if ((file === undefined) === (flags.yes !== true))
      command.error('apply removes snapshots: look at a plan first, then name its file, or say --yes without one');
    if (file !== undefined && flags.allDatabases === true)
      command.error('--all-databases belongs to the plan: the file says what it is of');
    const { apply } = await import('./commands/apply.js');
    await apply(file, flags);
  });

withCommonFlags(program.command('explain'))
  .description('say in words what the policy keeps, and draw what it leaves of a year; talk to nobody')
  .option('--from <day>', 'first day of that year, such as 2026-12-31 (default: today)')
  .action(async (flags: ExplainFlags) => {
    const { explain } = await import('./commands/explain.js');
    await explain(flags);
  });

await runProgram(program, process.argv);
