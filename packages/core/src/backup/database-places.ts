import type { AsmGroupToPlace, DatabaseFileToPlace, DatabaseInventory } from '../coverage/database-inventory.js';
import type { ArchiveDestination, Asm, DatabaseSession, Datafile, FileInventory, Known } from '../ports.js';
import { isOffline } from './judge.js';
import type { Finding } from './report.js';
import type { BackupRequest } from './request.js';

/** Every file of the database that has to be placed, and what keeps some of them from being known. */
export interface DatabasePlaces {
  readonly inventory: DatabaseInventory;
  /** `false`: which archive destinations there are is not known. */
  readonly knowsArchiveDestinations: boolean;
  readonly findings: readonly Finding[];
}

/** V$ARCHIVE_DEST.DESTINATION for the recovery area. Source: Database Reference, DB_RECOVERY_FILE_DEST. */
const recoveryAreaWord = 'USE_DB_RECOVERY_FILE_DEST';

const asmOff: Asm = {
  groups: { isKnown: true, value: [] },
  disks: { isKnown: true, value: [] },
  operations: { isKnown: true, value: [] },
};

const usesAsm = (files: readonly DatabaseFileToPlace[]): boolean => files.some(({ path }) => path.startsWith('+'));

/** Reads what lies on disks besides the data files, which are given. ASM is asked only when a file lies in it. */
export const readDatabasePlaces = async (
  { allowOffline }: Pick<BackupRequest, 'allowOffline'>,
  datafiles: readonly Datafile[],
  session: DatabaseSession,
): Promise<DatabasePlaces> => {
  const inventory = await session.readFileInventory();
  const files = [
    ...datafiles
      .filter((file) => !isLeftOut(file, allowOffline))
      .map(({ path }) => ({ kind: 'data-file' as const, path })),
    ...otherFiles(inventory),
  ];
  const asm = usesAsm(files) ? await session.readAsm() : asmOff;
  return {
    inventory: { files, asmGroups: asmGroups(asm) },
    knowsArchiveDestinations: inventory.archiveDestinations.isKnown,
    findings: [...judgeUnknown(inventory, asm), ...judgeRebalance(asm)],
  };
};

/** As the check allows it: such a file is in no backup. */
const isLeftOut = (file: Datafile, allowOffline: readonly string[]): boolean =>
  isOffline(file) && allowOffline.includes(file.path);

const listOf = <Value>(fact: Known<readonly Value[]>): readonly Value[] => (fact.isKnown ? fact.value : []);
const oneOf = <Value>(fact: Known<Value | undefined>): readonly Value[] =>
  fact.isKnown && fact.value !== undefined ? [fact.value] : [];

const otherFiles = (inventory: FileInventory): readonly DatabaseFileToPlace[] => {
  const areas = oneOf(inventory.recoveryArea).flatMap(({ path }) => (path === undefined ? [] : [path]));
  const own = [
    ...listOf(inventory.controlfiles),
    ...listOf(inventory.logMembers),
    ...listOf(inventory.temporaryFiles),
    ...oneOf(inventory.spfile),
    ...oneOf(inventory.changeTrackingFile),
  ];
  return [
    ...listOf(inventory.archiveDestinations)
      .filter(takesLogsHere)
      .flatMap(({ destination }) => (destination === recoveryAreaWord ? areas : [destination]))
      .map((path) => ({ kind: 'archive-destination' as const, path })),
    ...areas.map((path) => ({ kind: 'recovery-area' as const, path })),
    ...own.map(({ kind, path }) => ({ kind, path })),
    ...listOf(inventory.keystores).flatMap(({ location, path, status }) =>
      location === 'FILE' && path !== undefined && status !== 'NOT_AVAILABLE'
        ? [{ kind: 'keystore' as const, path }]
        : [],
    ),
  ];
};

const takesLogsHere = ({ target, status, destination }: ArchiveDestination): boolean =>
  (target === 'LOCAL' || target === 'PRIMARY') && status !== 'DEFERRED' && status !== 'DISABLED' && destination !== '';

const asmGroups = ({ groups, disks }: Asm): readonly AsmGroupToPlace[] => {
  if (!disks.isKnown) return [];
  return listOf(groups).map(({ number, name }) => ({
    name,
    disks: disks.value.flatMap(({ groupNumber, path }) => (groupNumber === number && path !== undefined ? [path] : [])),
  }));
};

const warning = (code: string, message: string): Finding => ({ level: 'warning', code, message });

/** What the account may not know is said; what follows from it is judged where it matters. */
const judgeUnknown = (inventory: FileInventory, asm: Asm): readonly Finding[] => {
  const facts: readonly Known<unknown>[] = [...Object.values(inventory), asm.groups, asm.disks];
  const reasons = facts.flatMap((fact) => (fact.isKnown ? [] : [fact.reason]));
  return [...new Set(reasons)].map((reason) => warning('files-unknown', `some files are not known: ${reason}`));
};

/** Source: oracle-hot-backup.md section 8.3. */
const judgeRebalance = ({ groups, operations }: Asm): readonly Finding[] =>
  listOf(operations)
    .filter(({ operation, state }) => operation === 'REBAL' && (state === 'RUN' || state === 'WAIT'))
    .map(({ groupNumber }) => {
      const name = listOf(groups).find(({ number }) => number === groupNumber)?.name ?? groupNumber;
      return warning(
        'asm-rebalance',
        `ASM moves extents of disk group ${name}: only one call for all its disks is consistent`,
      );
    });
