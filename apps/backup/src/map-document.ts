import { type Failure, formatOutsideName, formatTable, formatYamlName } from '@orasync/app-shell';
import type { Coverage, Finding, PlacedFile, Target, TargetProposal } from '@orasync/core';
import { findingRows, formatIdentity } from './rows.js';

/** One entry of `{ "maps": [ … ] }`. */
export interface MapDocument {
  readonly database: string;
  readonly dbid?: string;
  readonly uniqueName?: string;
  readonly array?: { readonly name: string; readonly serial: string };
  readonly coverage?: Coverage;
  readonly findings: readonly Finding[];
  /** With --write. */
  readonly proposal?: readonly TargetProposal[];
  readonly exit: number;
  readonly error?: Failure;
}

/** A map for people. */
export const formatMap = (document: MapDocument, { explain }: { readonly explain: boolean }): string => {
  const { array, coverage, findings, error } = document;
  const head = formatIdentity(document);
  return [
    array === undefined ? head : `${head} on ${array.name} (serial ${array.serial})`,
    ...(coverage === undefined ? [] : [explain ? explainFiles(coverage) : tabulate(coverage)]),
    formatTable([
      ...findingRows(findings).map((row) => row.map(formatOutsideName)),
      ...(error === undefined ? [] : [['failed', error.message]]),
      ['coverage', coverage?.state ?? 'unknown'],
    ]),
  ].join('\n');
};

const heads = ['file', 'kind', 'lies on', 'device', 'volume', 'target', 'verdict'];

const tabulate = ({ files }: Coverage): string =>
  formatTable(
    [
      heads,
      ...files.map((file) =>
        [
          file.path,
          file.kind,
          file.place ?? '-',
          file.devices.join(', ') || '-',
          volumesOf(file),
          file.targets.join(', ') || '-',
          formatVerdict(file),
        ].map(formatOutsideName),
      ),
    ],
    '  ',
  );

const volumesOf = ({ datasets }: PlacedFile): string => datasets.map(({ name }) => name).join(', ') || '-';

const formatVerdict = ({ verdict, reason }: PlacedFile): string =>
  reason === undefined ? verdict : `${verdict}: ${reason}`;

const explainFiles = ({ files }: Coverage): string =>
  files
    .map((file) =>
      [
        `  ${formatOutsideName(`${file.path} (${file.kind}): ${formatVerdict(file)}`)}`,
        formatTable(
          [
            ...file.steps.map(({ found, by }) => [found, by].map(formatOutsideName)),
            ...(file.datasets.length === 0
              ? []
              : [[volumesOf(file), `on ${file.targets.join(' and ') || 'no'} target`]]),
          ],
          '    ',
        ),
      ]
        .filter((text) => text !== '')
        .join('\n'),
    )
    .join('\n');

/** The proposed targets as a piece of orasync.yaml. */
export const formatProposal = (documents: readonly MapDocument[]): string =>
  [
    'databases:',
    ...documents.flatMap(({ database, proposal = [], error }) => [
      `  - name: ${database}`,
      ...(error === undefined ? [] : [`    # ${formatOutsideName(error.message)}`]),
      ...proposal.flatMap(({ problems }) => problems.map((problem) => `    # ${formatOutsideName(problem)}`)),
      ...(proposal.every(({ target }) => target === undefined) ? [] : ['    targets:']),
      ...proposal.flatMap(({ role, target, missing }) =>
        target === undefined
          ? []
          : [
              `      ${role}: ${formatTarget(target)}${missing.length === 0 ? '' : ` # with ${missing.map(formatOutsideName).join(', ')}`}`,
            ],
      ),
    ]),
  ].join('\n');

const formatTarget = (target: Target): string => {
  if ('volumes' in target) return `{ volumes: ${formatNames(target.volumes)} }`;
  if ('filesystems' in target) return `{ filesystems: ${formatNames(target.filesystems)} }`;
  const { consistencyGroup, members } = target;
  return `{ consistencyGroup: ${formatYamlName(consistencyGroup)}${members === undefined ? '' : `, members: ${formatNames(members)}`} }`;
};

const formatNames = (names: readonly string[]): string => `[${names.map(formatYamlName).join(', ')}]`;
