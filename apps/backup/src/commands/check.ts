import {
  createStderrLogger,
  createStopSignal,
  type DatabaseConfig,
  describeFailure,
  type Failure,
  formatTable,
  loadSettings,
  printResult,
  runCommand,
  type Settings,
} from '@orasync/app-shell';
import type { CommonFlags } from '@orasync/app-shell/program';
import { checkBackup, type Finding, type Log } from '@orasync/core';
import { compose } from '../compose.js';

/** One entry of `{ "checks": [ … ] }`. */
interface CheckDocument {
  readonly database: string;
  readonly dbid?: string;
  readonly uniqueName?: string;
  readonly array?: { readonly name: string; readonly serial: string; readonly version: string };
  readonly datafiles?: number;
  readonly findings: readonly Finding[];
  readonly exit: number;
  readonly error?: Failure;
}

const program = 'orasync-backup';

/** Checks the chosen databases and prints the findings. */
export const check = (flags: CommonFlags): Promise<void> =>
  runCommand(
    program,
    () => loadSettings(flags, 'array and database'),
    async (settings) => {
      const log = createStderrLogger(program, flags);
      const signal = createStopSignal();
      const checks: CheckDocument[] = [];
      for (const database of settings.databases) checks.push(await checkOne(database, settings, log, signal));
      await printResult(flags.json ? JSON.stringify({ checks }, undefined, 2) : checks.map(formatCheck).join('\n\n'));
      return checks.map(({ exit }) => exit);
    },
  );

const checkOne = async (
  database: DatabaseConfig,
  settings: Settings,
  log: Log,
  signal: AbortSignal,
): Promise<CheckDocument> => {
  try {
    await using composition = compose(database, settings, { log });
    const { facts, findings } = await checkBackup(composition.request, { ...composition.dependencies, signal });
    const { name, serial, version } = facts.array;
    const blocking = findings.filter(({ level }) => level === 'blocking');
    for (const { message, hint } of blocking) log.error({ hint }, message);
    return {
      database: database.name,
      dbid: facts.database.dbid,
      uniqueName: facts.database.uniqueName,
      array: { name, serial, version },
      datafiles: facts.datafiles.length,
      findings,
      exit: blocking.length > 0 ? 4 : 0,
    };
  } catch (error) {
    const failure = describeFailure(error, settings);
    log.error({ hint: failure.error.hint }, failure.error.message);
    return { database: database.name, findings: [], ...failure };
  }
};

const formatCheck = ({ database, dbid, uniqueName, array, datafiles, findings, exit, error }: CheckDocument): string =>
  formatTable([
    ['database', dbid === undefined ? database : `${database} (${uniqueName}, DBID ${dbid}), ${datafiles} data files`],
    ...(array === undefined ? [] : [['array', `${array.name}, serial ${array.serial}, version ${array.version}`]]),
    ...findings.flatMap(({ level, message, hint }) => [
      [level, message],
      ...(hint === undefined ? [] : [['hint', hint]]),
    ]),
    ...(error === undefined ? [] : [['failed', error.message]]),
    ['verdict', exit === 0 ? 'a backup can run' : 'a backup would be refused'],
  ]);
