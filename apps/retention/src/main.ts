#!/usr/bin/env node
import { type CommonFlags, createProgram, runProgram, withCommonFlags } from '@orasync/app-shell/program';
import type { Command } from 'commander';

const program = createProgram(
  'orasync-retention',
  'Removes backup snapshots that are old enough, never the last good ones. Without a command: plan.',
  '0.1.0',
);

const withRetentionFlags = (command: Command): Command =>
  withCommonFlags(command).option(
    '--all-databases',
    'plan for every set on the array, not only those of the configuration',
  );

withRetentionFlags(program.command('plan', { isDefault: true }))
  .description('print what would be kept and removed, and why; remove nothing')
  .action(async (flags: CommonFlags & { readonly allDatabases?: true }) => {
    const { plan } = await import('./commands/plan.js');
    await plan(flags);
  });

withRetentionFlags(program.command('apply'))
  .description('plan, then remove')
  .option('--yes', 'plan and remove at once')
  .action(async (flags: CommonFlags & { readonly allDatabases?: true; readonly yes?: true }, command: Command) => {
    if (flags.yes !== true) command.error('apply removes snapshots: look at the plan first, then say --yes');
    const { apply } = await import('./commands/apply.js');
    await apply(flags);
  });

await runProgram(program, process.argv);
