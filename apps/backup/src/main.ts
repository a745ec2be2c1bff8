#!/usr/bin/env node
import { type CommonFlags, createProgram, runProgram, withCommonFlags } from '@orasync/app-shell/program';

const program = createProgram(
  'orasync-backup',
  'Backs Oracle databases up by snapshots of an INFINIDAT InfiniBox array. Without a command: run.',
  '0.1.0',
);

withCommonFlags(program.command('run', { isDefault: true }))
  .description('make a backup')
  .action(async (flags: CommonFlags) => {
    const { run } = await import('./commands/run.js');
    await run(flags);
  });

withCommonFlags(program.command('check'))
  .description('check everything that a run would be checked against; change nothing')
  .action(async (flags: CommonFlags) => {
    const { check } = await import('./commands/check.js');
    await check(flags);
  });

const config = program.command('config').description('work with the configuration');
withCommonFlags(config.command('check'))
  .description('read the configuration and its secrets; talk to nobody')
  .action(async (flags: CommonFlags) => {
    const { checkConfig } = await import('./commands/config.js');
    await checkConfig(flags);
  });
config
  .command('schema')
  .description('print the JSON Schema of the configuration file')
  .action(async () => {
    const { printSchema } = await import('./commands/config.js');
    await printSchema();
  });

await runProgram(program, process.argv);
