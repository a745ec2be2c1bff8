#!/usr/bin/env node
import { type CommonFlags, createProgram, runProgram, withCommonFlags } from '@orasync/app-shell/program';
import type { CheckFlags } from './commands/check.js';
import type { MapFlags } from './commands/map.js';
import type { PinFlags } from './commands/pin.js';
import type { RecoverFlags } from './commands/recover.js';
import { programName } from './program-name.js';

const program = createProgram(
  programName,
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
  .option('--rehearse', 'then snapshot every target once, outside backup mode; retention removes that')
  .action(async (flags: CheckFlags) => {
    const { check } = await import('./commands/check.js');
    await check(flags);
  });

withCommonFlags(program.command('map'))
  .description('show which file of the database lies on which volume, and what that means for a backup')
  .option('--explain', 'each step from the file to the volume, and what says so')
  .option('--write [file]', 'propose the targets as a piece of orasync.yaml, or add them to this file')
  .addOption(
    program
      .createOption('--inventory', 'print what this host says of its disks, for coverage.inventory; ask no array')
      .conflicts(['explain', 'write', 'json']),
  )
  .action(async ({ inventory, ...flags }: MapFlags & { readonly inventory?: true }) => {
    const { map, printInventory } = await import('./commands/map.js');
    await (inventory === true ? printInventory(flags) : map(flags));
  });

withCommonFlags(program.command('recover'))
  .description('end backup mode that an interrupted run left, and label its remains; delete nothing')
  .option('--end', 'end backup mode although nothing proves that it is ours')
  .action(async (flags: RecoverFlags) => {
    const { recover } = await import('./commands/recover.js');
    await recover(flags);
  });

withCommonFlags(program.command('list'))
  .description('list the sets on the array')
  .action(async (flags: CommonFlags) => {
    const { list } = await import('./commands/list.js');
    await list(flags);
  });

const set = ['<set>', 'its id, the beginning of one, or latest: the newest complete one'] as const;

withCommonFlags(program.command('show').argument(...set))
  .description('show all that the array knows of a set')
  .action(async (name: string, flags: CommonFlags) => {
    const { show } = await import('./commands/show.js');
    await show(name, flags);
  });

withCommonFlags(program.command('verify').argument(...set))
  .description('verify the structure of a set, its times and its logs; read and restore no data')
  .addOption(
    program.createOption('--level <level>', '0: structure; 1: time and logs too').choices(['0', '1']).default('1'),
  )
  .action(async (name: string, flags: CommonFlags & { readonly level: '0' | '1' }) => {
    const { verify } = await import('./commands/verify.js');
    await verify(name, { ...flags, level: flags.level === '0' ? 0 : 1 });
  });

withCommonFlags(program.command('runbook').argument(...set))
  .description('print how to restore a set')
  .action(async (name: string, flags: CommonFlags) => {
    const { runbook } = await import('./commands/runbook.js');
    await runbook(name, flags);
  });

withCommonFlags(program.command('pin').argument(...set))
  .description('keep a set from being removed; everybody who reads the array sees by whom and why')
  .requiredOption('--reason <text>', 'why; one line without secrets')
  .option('--until <time>', 'a day (2026-12-31) or a time with its offset; without it until unpinned')
  .action(async (name: string, flags: PinFlags) => {
    const { pin } = await import('./commands/pin.js');
    await pin(name, flags);
  });

withCommonFlags(program.command('unpin').argument(...set))
  .description('let retention decide about a set again')
  .action(async (name: string, flags: CommonFlags) => {
    const { unpin } = await import('./commands/pin.js');
    await unpin(name, flags);
  });

const config = program.command('config').description('work with the configuration');
withCommonFlags(config.command('check'))
  .description('read the configuration and its secrets; talk to nobody')
  .action(async (flags: CommonFlags) => {
    const { checkConfig } = await import('./commands/config.js');
    await checkConfig(flags);
  });
withCommonFlags(config.command('show'))
  .description('print the configuration as it is understood; secrets only as where they are found')
  .action(async (flags: CommonFlags) => {
    const { showConfig } = await import('./commands/config.js');
    await showConfig(flags);
  });
config
  .command('schema')
  .description('print the JSON Schema of the configuration file')
  .action(async () => {
    const { printSchema } = await import('./commands/config.js');
    await printSchema();
  });

await runProgram(program, process.argv);
