import { hostname } from 'node:os';
import { dirname } from 'node:path';
import {
  type Answer,
  type AsmAnswers,
  asmDevicePaths,
  blockDeviceColumns,
  type HostInventory,
  mountColumns,
  type PlacesToRead,
  parseAsmLabel,
  parseHost,
  statFormat,
  sysfsFilesOf,
  systemClock,
} from '@orasync/core';
import { createHostRunner, type HostCommand, type RunHostCommand } from './host-command.js';

/** All commands together end within this. */
const budgetMs = 60_000;

type Places = Pick<PlacesToRead, 'paths' | 'asmDisks'>;

/** Where commands run, and as whom. */
export interface HostContext {
  readonly run: RunHostCommand;
  readonly host: string;
  readonly now: Date;
  readonly isRoot: boolean;
  readonly oracleHome: string | undefined;
}

/** Finds out what this host knows of the places. Changes nothing, and needs root for nothing that has no other source. */
export const readHostInventory = (places: Places): Promise<HostInventory> =>
  askHost(places, {
    run: createHostRunner(systemClock, budgetMs),
    host: hostname(),
    now: new Date(systemClock.now()),
    isRoot: process.getuid?.() === 0,
    oracleHome: process.env['ORACLE_HOME'],
  });

/** The same by given means. What fails makes unknown what depends on it, with its reason. */
export const askHost = async ({ paths, asmDisks }: Places, context: HostContext): Promise<HostInventory> => {
  const { run, isRoot, oracleHome } = context;
  const asm = await askAsm(asmDisks, context);
  const sought = [...new Set([...paths, ...asmDevicePaths(asmDisks, asm)])];
  // Before the mounts are listed, because looking may mount what is mounted when needed.
  const looked = await inTurn(byDirectory(sought), (paths) => look(paths, run));
  const [findmnt, lsblk, { sysfs, slaves }, idLinks, oranfstabs] = await Promise.all([
    runJsonOrPairs('findmnt', mountColumns, run),
    runJsonOrPairs('lsblk', blockDeviceColumns, run),
    readSysfs(run),
    run(command('find', '/dev/disk/by-id', '-type', 'l', '-printf', String.raw`%f\t%l\n`)),
    Promise.all(
      ['/etc/oranfstab', ...(oracleHome === undefined ? [] : [`${oracleHome}/dbs/oranfstab`])].map((file) =>
        run(command('cat', '--', file)),
      ),
    ),
  ]);
  const [multipath, physicalVolumes, rawBindings] = await Promise.all([
    says(lsblk, 'mpath') && !says(sysfs, ':mpath-')
      ? runFirst(run, [command('multipathd', 'show', 'maps', 'json'), command('multipath', '-ll')])
      : nothing,
    says(lsblk, 'LVM2_member') && isRoot ? readPhysicalVolumes(run) : nothing,
    sought.some((path) => path.startsWith('/dev/raw/')) ? run(command('raw', '-qa')) : nothing,
  ]);
  return parseHost({
    host: context.host,
    takenAt: context.now,
    paths,
    asmDisks,
    realPaths: new Map(looked.flatMap(({ links }) => links)),
    stat: joinOutputs(looked.map(({ stat }) => stat)),
    findmnt,
    lsblk,
    sysfs,
    slaves,
    idLinks,
    multipath,
    physicalVolumes,
    rawBindings,
    asm,
    oranfstabs,
  });
};

const command = (program: string, ...args: readonly string[]): HostCommand => ({ program, arguments: args });

const nothing: Answer = { kind: 'output', text: '' };

const says = (answer: Answer, word: string): boolean => answer.kind === 'output' && answer.text.includes(word);

/** What the first of these commands says that says anything. */
const runFirst = async (run: RunHostCommand, [first, ...others]: readonly HostCommand[]): Promise<Answer> => {
  if (first === undefined) return nothing;
  const answer = await run(first);
  return answer.kind === 'output' || others.length === 0 ? answer : runFirst(run, others);
};

/**
 * JSON came with util-linux 2.27, and RHEL 7 has 2.23. Pairs only where there is no JSON: newer ones name one parent of a
 * device and not all.
 */
const runJsonOrPairs = async (program: string, columns: string, run: RunHostCommand): Promise<Answer> => {
  const answer = await run(command(program, '--json', '-o', columns));
  return answer.kind === 'failed' && answer.reason.includes('unrecognized option')
    ? run(command(program, '-P', '-o', columns))
    : answer;
};

/** The answers that came; only when none did, why. */
const joinOutputs = (answers: readonly Answer[]): Answer => {
  const texts = answers.flatMap((answer) => (answer.kind === 'output' ? [answer.text] : []));
  return texts.length === 0 ? (answers[0] ?? nothing) : { kind: 'output', text: texts.join('') };
};

/** Well below what a command line may hold, with the longest of paths. */
const batchSize = 100;

const batches = <Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));

const atOnce = 8;

const inTurn = async <Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> => {
  const results: Result[] = [];
  for (const some of batches(items, atOnce)) results.push(...(await Promise.all(some.map(work))));
  return results;
};

/** Paths of one directory together, so that a directory which hangs costs no other one its answer. */
const byDirectory = (paths: readonly string[]): readonly (readonly string[])[] => {
  const directories = new Map<string, string[]>();
  for (const path of paths) {
    const directory = dirname(path);
    directories.set(directory, [...(directories.get(directory) ?? []), path]);
  }
  return [...directories.values()].flatMap((each) => batches(each, batchSize));
};

type Links = readonly (readonly [string, Answer])[];

/** Follows links, then asks for the status of what could be followed: the rest may hang, too. */
const look = async (
  paths: readonly string[],
  run: RunHostCommand,
): Promise<{ readonly links: Links; readonly stat: Answer }> => {
  const links = await followLinks(paths, run);
  const followed = links.filter(([, answer]) => answer.kind === 'output').map(([path]) => path);
  const stat =
    followed.length === 0
      ? nothing
      : await run({ ...command('stat', '-L', `--printf=${statFormat}`, '--', ...followed), isPartFine: true });
  return { links, stat };
};

/** All at once, or one by one when one of them is complained of. */
const followLinks = async (paths: readonly string[], run: RunHostCommand): Promise<Links> => {
  const answer = await run(command('readlink', '-f', '-v', '-z', '--', ...paths));
  if (answer.kind === 'output') {
    const found = answer.text.split('\0');
    return paths.map((path, index) => [path, { kind: 'output', text: found[index] ?? '' }]);
  }
  if (paths.length === 1 || !answer.reason.startsWith('readlink: ')) return paths.map((path) => [path, answer]);
  return (await inTurn(paths, (path) => followLinks([path], run))).flat();
};

const readSysfs = async (run: RunHostCommand): Promise<{ readonly sysfs: Answer; readonly slaves: Answer }> => {
  const listed = await run(
    command('find', '/sys/block', '-mindepth', '1', '-maxdepth', '1', '-printf', String.raw`%f\n`),
  );
  if (listed.kind === 'failed') return { sysfs: listed, slaves: listed };
  const names = batches(
    listed.text.split('\n').filter((name) => name !== ''),
    batchSize,
  );
  const sysfs = await inTurn(names, (some) => printFiles(some.flatMap(sysfsFilesOf), run));
  const slaves = await inTurn(names, (some) =>
    run({
      ...command('find', ...some.map((name) => `/sys/block/${name}/slaves`), '-mindepth', '1', '-maxdepth', '1'),
      isPartFine: true,
    }),
  );
  return { sysfs: joinOutputs(sysfs), slaves: joinOutputs(slaves) };
};

const printFiles = (files: readonly string[], run: RunHostCommand): Promise<Answer> =>
  run({ ...command('grep', '-sH', '', '--', ...files), isPartFine: true });

const readPhysicalVolumes = (run: RunHostCommand): Promise<Answer> => {
  const columns = ['--readonly', '-o', 'pv_name,vg_name'];
  return runFirst(run, [
    command('pvs', '--reportformat', 'json', ...columns),
    command('pvs', '--noheadings', '--separator', '|', ...columns),
  ]);
};

const askAsm = async (asmDisks: readonly string[], context: HostContext): Promise<AsmAnswers> => {
  const { run } = context;
  const labels = asmDisks.flatMap((disk) => parseAsmLabel(disk) ?? []);
  const ofLibrary = labels.filter(({ driver }) => driver === 'ASMLib').map(({ label }) => label);
  const filtered = labels.filter(({ driver }) => driver === 'AFD').map(({ label }) => `/dev/oracleafd/disks/${label}`);
  return {
    queriedDisks: new Map(
      await inTurn(
        ofLibrary,
        async (label) => [label, await run(command('oracleasm', 'querydisk', '-p', label))] as const,
      ),
    ),
    filterFiles: filtered.length === 0 ? nothing : await printFiles(filtered, run),
    filteredDisks: filtered.length === 0 ? nothing : await listFilteredDisks(context),
  };
};

/**
 * A script in the home of another account is not run as root, who would lend that account everything.
 *
 * Source: Grid Infrastructure, /etc/oracle/olr.loc with a line `crs_home=`. Unverified on a live host.
 */
const listFilteredDisks = async ({ run, isRoot }: HostContext): Promise<Answer> => {
  if (isRoot) return { kind: 'failed', reason: 'asmcmd is not run as root' };
  const location = await run(command('cat', '--', '/etc/oracle/olr.loc'));
  const home = location.kind === 'output' ? /^crs_home=(\/.+)$/m.exec(location.text)?.[1]?.trim() : undefined;
  if (home === undefined) return { kind: 'failed', reason: 'the home of Grid Infrastructure is not known' };
  return run({ ...command(`${home}/bin/asmcmd`, 'afd_lsdsk'), environment: { ORACLE_HOME: home } });
};
