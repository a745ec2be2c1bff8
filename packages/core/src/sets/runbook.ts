import { z } from 'zod';
import type { BackupSet, SetLabel } from '../catalogue.js';
import { restoreMaterialPaths } from '../restore-material.js';
import type { Role } from '../snapshot-name.js';
import { planProcedures, procedure } from './procedures.js';
import type { SetFacts } from './read-sets.js';
import { setState } from './set-summary.js';
import { type Source, source, sourcesOf } from './source.js';
import { verifySet } from './verify-set.js';

/** How to restore one set. Additive only. */
export const runbook = z.object({
  set: z.string(),
  state: setState,
  database: z.object({ name: z.string(), uniqueName: z.string(), dbid: z.string() }).optional(),
  isUsable: z.boolean().describe('the set is complete, and verify finds nothing wrong with it'),
  warnings: z.array(z.string()).describe('read these first'),
  sources: z.array(source).describe('data members first'),
  archivedLogs: z.object({
    ranges: z.array(z.object({ thread: z.int(), firstSequence: z.int(), lastSequence: z.int() })),
    where: z.string(),
  }),
  beginScn: z.string().optional(),
  endScn: z.string().optional().describe('a recovery that ends before the end of backup mode does not open'),
  earliestUntilChange: z
    .string()
    .optional()
    .describe('the lowest UNTIL CHANGE; it recovers up to, not including, its SCN'),
  latestUntilChange: z.string().optional().describe('the highest one that the archived logs of the set are enough for'),
  keep: z.array(z.string()).describe('what must not be overwritten, and must not be done'),
  procedures: z.array(procedure),
});

export type Runbook = z.output<typeof runbook>;

export interface RunbookOptions {
  /** Where the configuration says that restore material is written; `undefined` when it is not known here. */
  readonly materialDirectory: string | undefined;
  readonly zone: string;
}

/**
 * Writes down how to restore a set: from what, up to where, by which steps. Pure: nothing is read or changed.
 *
 * @returns  For a set that is not usable, too: then the warnings say why, and only what may still work has steps.
 *
 * Source: oracle-hot-backup.md section 6.5.
 */
export const writeRunbook = (
  set: BackupSet,
  facts: Pick<SetFacts, 'catalogue' | 'parents'>,
  { materialDirectory, zone }: RunbookOptions,
): Runbook => {
  const { label } = set;
  const { points } = verifySet(set, facts, { asked: 1, zone });
  const doubts = points.filter(({ outcome }) => outcome !== 'passed');
  const isUsable = set.state === 'complete' && !doubts.some(({ outcome }) => outcome === 'failed');
  const sources = sourcesOf(set, facts);
  const ranges = (label?.logs ?? []).map(([thread, firstSequence, lastSequence]) => ({
    thread,
    firstSequence,
    lastSequence,
  }));
  const material = restoreMaterialPaths(materialDirectory ?? '<restoreMaterial>', set.id);
  const earliest = label?.end && String(BigInt(label.end.scn) + 1n);
  const latest = label?.worth?.logs === 'captured' ? label.redo?.to : undefined;
  return {
    set: set.id,
    state: set.state,
    ...(label === undefined ? {} : { database: label.database }),
    isUsable,
    warnings: [
      ...warningsOfState(set, isUsable),
      ...doubts.map(({ message, object }) =>
        object === undefined ? message : `${object.name} (${object.id}) ${message}`,
      ),
      ...(label?.warnings ?? []).map(
        (code) => `The run warned of ${code}: ${meaningOf[code] ?? 'see docs/backup.md'}.`,
      ),
      ...(label === undefined ? [] : warningsOfWorth(label)),
    ],
    sources: [...sources],
    archivedLogs: { ranges, where: whereLogsAre(label, sources) },
    ...(label?.begin === undefined ? {} : { beginScn: label.begin.scn }),
    ...(label?.end === undefined ? {} : { endScn: label.end.scn }),
    ...(earliest === undefined ? {} : { earliestUntilChange: earliest }),
    ...(latest === undefined ? {} : { latestUntilChange: latest }),
    keep: [...whatToKeep],
    procedures: [
      ...planProcedures({
        database: label?.database,
        sources,
        ranges,
        whyNot: whyNotRestorable(set),
        worth: label?.worth,
        earliestUntilChange: earliest ?? '<unknown>',
        latestUntilChange: latest,
        material,
      }),
    ],
  };
};

const whatToKeep: readonly string[] = [
  'Never overwrite the control files and the online redo logs of a database that still has them: the newest commits are in there alone. They are what V$CONTROLFILE and V$LOGFILE list; which volumes they lie on is not recorded in the set. Where one lies on a data volume of this set, do not restore that volume in place: map a clone and copy the data files alone.',
  'Never send END BACKUP on restored files, though they look as if in backup mode and Oracle may say ORA-10873: recover them. END BACKUP instead of recovery leaves them corrupt, and says nothing.',
  'Never restore an archived-log volume in place while the database, or any part of it, still exists: logs newer than the set would be lost, and with them every commit since.',
];

const count = ({ members }: BackupSet, role: Role): number => members.filter((member) => member.role === role).length;

const whyNotRestorable = (set: BackupSet): { readonly data?: string; readonly archive?: string } => {
  const { label } = set;
  if (label === undefined) return { data: 'nothing is recorded of this snapshot: neither SCN nor archived logs' };
  if (set.state === 'inconsistent') return { data: 'the set is inconsistent: it recovers nothing' };
  if (set.state === 'foreign') return { data: 'a member was labelled by a later version: use that one' };
  if (count(set, 'data') !== label.members.data) return { data: 'data members are missing' };
  if (label.begin === undefined || label.end === undefined)
    return { data: 'it is not recorded up to which SCN it must be recovered' };
  if (count(set, 'archive') !== label.members.archive) return { archive: 'archive members are missing' };
  return {};
};

const warningsOfState = ({ state }: BackupSet, isUsable: boolean): readonly string[] =>
  isUsable
    ? []
    : [
        state === 'complete'
          ? 'This set is marked complete, but it is not what it was. Prefer another one.'
          : `This set is ${state}, not complete: no proof exists that it recovers. Prefer a complete one.`,
      ];

/** What a warning of the run means to whoever restores. */
const meaningOf: Readonly<Record<string, string>> = {
  'stranger-in-group': 'the snapshots hold volumes that are not of this database. Do not restore those in place',
};

const warningsOfWorth = ({ worth }: SetLabel): readonly string[] => {
  if (worth === undefined) return [];
  const warnings: string[] = [];
  if (worth.coverage !== 'proved')
    warnings.push(
      'Whether every data file lay on these volumes was not proved: before restoring, compare V$DATAFILE, or the trace script, with what they hold.',
    );
  if (worth.logs === 'elsewhere')
    warnings.push('The set holds no archived logs: they must come from elsewhere, or nothing of it opens.');
  if (worth.controlfile === 'none')
    warnings.push('The set holds no control file copy: when all is lost, it must come from elsewhere.');
  return warnings;
};

const whereLogsAre = (label: SetLabel | undefined, sources: readonly Source[]): string => {
  const archive = sources
    .filter(({ role }) => role === 'archive')
    .map(({ snapshot }) => `${snapshot.name} (${snapshot.id})`);
  if (label?.logs === undefined) return 'not recorded';
  if (archive.length === 0) return 'not in the set: in the archive destinations of the database, or a backup of them';
  return `in ${archive.join(' or ')}`;
};
