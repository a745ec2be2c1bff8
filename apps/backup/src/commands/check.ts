import {
  createStderrLogger,
  createStopSignal,
  type DatabaseConfig,
  describeFailure,
  type Failure,
  formatMs,
  formatTable,
  loadSettings,
  printResult,
  runCommand,
  type Settings,
} from '@orasync/app-shell';
import type { CommonFlags } from '@orasync/app-shell/program';
import {
  type Coverage,
  checkBackup,
  type Finding,
  judgeLock,
  type Log,
  type RehearsalReport,
  rehearseBackup,
} from '@orasync/core';
import { compose } from '../compose.js';

/** One entry of `{ "checks": [ … ] }`. */
interface CheckDocument {
  readonly database: string;
  readonly dbid?: string;
  readonly uniqueName?: string;
  readonly array?: { readonly name: string; readonly serial: string; readonly version: string };
  readonly datafiles?: number;
  readonly coverage?: Coverage['state'];
  readonly findings: readonly Finding[];
  /** With --rehearse, when nothing blocked. */
  readonly rehearsal?: RehearsalReport;
  readonly exit: number;
  readonly error?: Failure;
}

const program = 'orasync-backup';

interface CheckFlags extends CommonFlags {
  readonly rehearse?: true;
}

/** Checks the chosen databases, rehearses when told to, and prints the findings. */
export const check = (flags: CheckFlags): Promise<void> =>
  runCommand(
    program,
    () => loadSettings(flags, 'array and database'),
    async (settings) => {
      const log = createStderrLogger(program, flags);
      const signal = createStopSignal();
      const checks: CheckDocument[] = [];
      const isRehearsed = flags.rehearse === true;
      for (const database of settings.databases)
        checks.push(await checkOne(database, settings, { log, signal, isRehearsed }));
      await printResult(flags.json ? JSON.stringify({ checks }, undefined, 2) : checks.map(formatCheck).join('\n\n'));
      return checks.map(({ exit }) => exit);
    },
  );

const checkOne = async (
  database: DatabaseConfig,
  settings: Settings,
  { log, signal, isRehearsed }: { readonly log: Log; readonly signal: AbortSignal; readonly isRehearsed: boolean },
): Promise<CheckDocument> => {
  try {
    await using composition = compose(database, settings, { log });
    const { request } = composition;
    const dependencies = { ...composition.dependencies, log, signal };
    const { facts, coverage, findings: found } = await checkBackup(request, dependencies);
    const rehearsal =
      isRehearsed && found.every(isHarmless) ? await rehearseBackup(request, facts, dependencies) : undefined;
    const { lockFor, retention = settings.config.retention } = database;
    const locks = judgeLock({ lockFor, deleteAfter: retention.deleteAfter });
    const findings = [...found, ...locks, ...(rehearsal?.findings ?? [])];
    for (const { message, hint } of findings.filter((each) => !isHarmless(each))) log.error({ hint }, message);
    const failure = rehearsal?.failure === undefined ? undefined : describeFailure(rehearsal.failure, settings);
    const { name, serial, version } = facts.array;
    return {
      database: database.name,
      dbid: facts.database.dbid,
      uniqueName: facts.database.uniqueName,
      array: { name, serial, version },
      datafiles: facts.datafiles.length,
      coverage: coverage.state,
      findings,
      ...(rehearsal === undefined ? {} : { rehearsal: rehearsal.report }),
      exit: findings.every(isHarmless) ? 0 : 4,
      ...failure,
    };
  } catch (error) {
    const failure = describeFailure(error, settings);
    log.error({ hint: failure.error.hint }, failure.error.message);
    return { database: database.name, findings: [], ...failure };
  }
};

const isHarmless = ({ level }: Finding): boolean => level !== 'blocking';

const formatCheck = ({
  database,
  dbid,
  uniqueName,
  array,
  datafiles,
  coverage,
  findings,
  rehearsal,
  exit,
  error,
}: CheckDocument): string =>
  formatTable([
    ['database', dbid === undefined ? database : `${database} (${uniqueName}, DBID ${dbid}), ${datafiles} data files`],
    ...(array === undefined ? [] : [['array', `${array.name}, serial ${array.serial}, version ${array.version}`]]),
    ...(coverage === undefined ? [] : [['coverage', coverage]]),
    ...findings.flatMap(({ level, message, hint }) => [
      [level, message],
      ...(hint === undefined ? [] : [['hint', hint]]),
    ]),
    ...(rehearsal?.roles ?? []).flatMap(({ role, expected, snapshots, ms, spreadMs, isLabelled }) => [
      ['rehearsed', `${snapshots.length} of ${expected} ${role} snapshots by a call of ${formatMs(ms)}`],
      ...snapshots.map(({ id, name }) => [`${role} snapshot`, `${name} (${id})`]),
      ...(spreadMs === undefined
        ? []
        : [['', `made within ${formatMs(spreadMs)}, ${isLabelled ? '' : 'not '}labelled`]]),
    ]),
    ...(error === undefined ? [] : [['failed', error.message]]),
    ['verdict', exit === 0 ? 'a backup can run' : 'a backup would be refused'],
  ]);
