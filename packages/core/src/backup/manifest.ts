import type { Coverage, PlacedFile } from '../coverage/coverage-report.js';
import type { Container, Datafile } from '../ports.js';
import type { BackupReport } from './report.js';

interface ManifestFacts
  extends Pick<BackupReport, 'set' | 'dbid' | 'uniqueName' | 'beginScn' | 'endScn' | 'snapshots'> {
  readonly writtenAt: string;
  readonly datafiles: readonly Datafile[];
  readonly containers: readonly Container[];
  readonly coverage: Coverage;
}

/**
 * What lies where, for whoever has nothing but the archive snapshot: one JSON document, a line for each snapshot of the data
 * and for each file of the database. `on` holds ids of volumes or filesystems, which are the `parentId` of a snapshot when
 * that holds the file. ASCII alone, whatever the database's character set makes of the rest.
 */
export const manifestLines = (facts: ManifestFacts): readonly string[] => {
  const { set, dbid, uniqueName, beginScn, endScn, writtenAt, snapshots, datafiles, containers, coverage } = facts;
  const head = JSON.stringify({ v: 1, set, dbid, uniqueName, beginScn, endScn, writtenAt });
  const placed = new Map(coverage.files.map((file) => [file.path, file]));
  const files = [
    ...datafiles.map(({ number, path, status, containerId }) => ({
      kind: 'data-file',
      number,
      path,
      status,
      container: containers.find(({ id }) => id === containerId)?.name,
      ...where(placed.get(path)),
    })),
    ...coverage.files
      .filter(({ kind }) => kind !== 'data-file')
      .map((file) => ({ kind: file.kind, path: file.path, ...where(file) })),
  ];
  const lines = [`${head.slice(0, -1)},`, '"snapshots":[', ...rows(snapshots), '],', '"files":[', ...rows(files), ']}'];
  return lines.map(asAscii);
};

/** A file that is in no backup by the administrator's word was placed nowhere. */
const where = (file: PlacedFile | undefined) => ({
  verdict: file?.verdict ?? 'left-out',
  on: file?.datasets.map(({ id }) => id) ?? [],
});

const rows = (values: readonly unknown[]): readonly string[] =>
  values.map((value, index) => `${JSON.stringify(value)}${index < values.length - 1 ? ',' : ''}`);

const asAscii = (line: string): string =>
  line.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
