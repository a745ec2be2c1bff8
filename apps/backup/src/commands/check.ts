import {
  describeFailure,
  type Failure,
  formatMs,
  formatTable,
  loadSettings,
  printDocument,
  runCommand,
} from '@orasync/app-shell';
import type { CommonFlags } from '@orasync/app-shell/program';
import {
  type Coverage,
  checkBackup,
  type Finding,
  judgeLock,
  type RehearsalReport,
  rehearseBackup,
} from '@orasync/core';
import { describeEachDatabase } from '../each-database.js';
import { programName } from '../program-name.js';
import { findingRows, formatIdentity } from '../rows.js';

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

export interface CheckFlags extends CommonFlags {
  readonly rehearse?: true;
}

/** Checks the chosen databases, rehearses when told to, and prints the findings. */
export const check = (flags: CheckFlags): Promise<void> =>
  runCommand(
    programName,
    () => loadSettings(flags, 'array and database'),
    async (settings) => {
      const checks = await describeEachDatabase<CheckDocument>(flags, settings, {
        describe: async (request, dependencies, database) => {
          const { facts, coverage, findings: found } = await checkBackup(request, dependencies);
          const isRehearsed = flags.rehearse === true && found.every(isHarmless);
          const rehearsal = isRehearsed ? await rehearseBackup(request, facts, dependencies) : undefined;
          const { lockFor, retention = settings.config.retention } = database;
          const locks = judgeLock({ lockFor, deleteAfter: retention.deleteAfter });
          const findings = [...found, ...locks, ...(rehearsal?.findings ?? [])];
          for (const { message, hint } of findings.filter((each) => !isHarmless(each)))
            dependencies.log.error({ hint }, message);
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
            ...(rehearsal?.failure === undefined ? {} : describeFailure(rehearsal.failure, settings)),
          };
        },
        describeFailed: ({ name }, failure) => ({ database: name, findings: [], ...failure }),
      });
      await printDocument(flags, { checks }, () => checks.map(formatCheck).join('\n\n'));
      return checks.map(({ exit }) => exit);
    },
  );

const isHarmless = ({ level }: Finding): boolean => level !== 'blocking';

const formatCheck = (document: CheckDocument): string => {
  const { dbid, array, datafiles, coverage, findings, rehearsal, exit, error } = document;
  return formatTable([
    ['database', `${formatIdentity(document)}${dbid === undefined ? '' : `, ${datafiles} data files`}`],
    ...(array === undefined ? [] : [['array', `${array.name}, serial ${array.serial}, version ${array.version}`]]),
    ...(coverage === undefined ? [] : [['coverage', coverage]]),
    ...findingRows(findings),
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
};
