import { type ArchiveDestination, archiveDestinations, type RecoveryArea, recoveryArea } from './archive-space.js';
import { type Asking, queryEach } from './ask.js';
import { type Known, mapKnown } from './known.js';
import { readArchiveDestinations, readRecoveryArea } from './queries.js';
import { select } from './query.js';
import { integer, longText, optionalText, text } from './row.js';

/** A file of the database that is no data file. */
export interface DatabaseFile {
  readonly kind: 'temporary-file' | 'controlfile' | 'online-log' | 'standby-log' | 'spfile' | 'change-tracking-file';
  readonly path: string;
  /** 0 for a file of the whole database. */
  readonly containerId: number;
}

/** Where the keys of encrypted data are, which a snapshot of the data does not hold. */
export interface Keystore {
  /** FILE, HSM, OKV, … */
  readonly location: string;
  /** A directory for FILE; `undefined` where a container uses the keystore of the root. */
  readonly path: string | undefined;
  /** OPEN, CLOSED, NOT_AVAILABLE, OPEN_NO_MASTER_KEY, … */
  readonly status: string;
  /** PASSWORD, AUTOLOGIN, …; `undefined` before 12.1. */
  readonly type: string | undefined;
  readonly containerId: number;
}

/** What lies on disks besides the data files, each part as far as the account may know it. */
export interface FileInventory {
  readonly temporaryFiles: Known<readonly DatabaseFile[]>;
  readonly controlfiles: Known<readonly DatabaseFile[]>;
  /** Every member of every group, those of standby logs too. */
  readonly logMembers: Known<readonly DatabaseFile[]>;
  /** `undefined` when the instance was started with a text file of parameters. */
  readonly spfile: Known<DatabaseFile | undefined>;
  /** `undefined` when block change tracking is off. */
  readonly changeTrackingFile: Known<DatabaseFile | undefined>;
  /** Empty when nothing is said of keystores. NOT_AVAILABLE at a place means that none is there. */
  readonly keystores: Known<readonly Keystore[]>;
  readonly archiveDestinations: Known<readonly ArchiveDestination[]>;
  /** `undefined` when none is configured. */
  readonly recoveryArea: Known<RecoveryArea | undefined>;
}

/**
 * Each query needs SELECT on the V_$ view behind it, as those of `queries.ts`. CON_ID is of 12.1, and so is
 * WALLET_TYPE.
 *
 * Source: Database Reference, V$ views; oracle-hot-backup.md sections 3 and 9.2.
 */
const readTemporaryFiles = select({
  from: 'v$tempfile',
  columns: { path: text('name'), containerId: integer('con_id') },
  older: { containerId: integer('0') },
  orderBy: 'file#',
});
const readControlfiles = select({ from: 'v$controlfile', columns: { path: text('name') }, orderBy: 'name' });
const readLogMembers = select({
  from: 'v$logfile',
  columns: { type: text('type'), path: text('member') },
  orderBy: 'group#, member',
});
const readSpfile = select({
  from: 'v$parameter',
  columns: { path: longText('value') },
  where: `name = 'spfile'`,
});
const readChangeTracking = select({
  from: 'v$block_change_tracking',
  columns: { status: text('status'), path: optionalText('filename') },
});
const readKeystores = select({
  from: 'v$encryption_wallet',
  columns: {
    location: text('wrl_type'),
    path: longText('wrl_parameter'),
    status: text('status'),
    type: optionalText('wallet_type'),
    containerId: integer('con_id'),
  },
  older: { type: optionalText('NULL'), containerId: integer('0') },
});

/** Reads every kind of file of the database but the data files, in one round trip. */
export const readFileInventory = async (asking: Asking): Promise<FileInventory> => {
  const [temporary, controlfiles, members, spfiles, tracking, keystores, destinations, areas] = await queryEach(
    asking,
    [
      readTemporaryFiles,
      readControlfiles,
      readLogMembers,
      readSpfile,
      readChangeTracking,
      readKeystores,
      readArchiveDestinations,
      readRecoveryArea,
    ],
  );
  return {
    temporaryFiles: mapKnown(temporary, (rows) => rows.map((row) => ({ kind: 'temporary-file', ...row }))),
    controlfiles: mapKnown(controlfiles, (rows) => rows.map(({ path }) => ofWholeDatabase('controlfile', path))),
    logMembers: mapKnown(members, (rows) =>
      rows.map(({ type, path }) => ofWholeDatabase(type === 'STANDBY' ? 'standby-log' : 'online-log', path)),
    ),
    spfile: mapKnown(spfiles, ([row]) => fileAt('spfile', row?.path)),
    changeTrackingFile: mapKnown(tracking, ([row]) =>
      fileAt('change-tracking-file', row?.status === 'DISABLED' ? undefined : row?.path),
    ),
    keystores,
    archiveDestinations: archiveDestinations(destinations),
    recoveryArea: recoveryArea(areas),
  };
};

const ofWholeDatabase = (kind: DatabaseFile['kind'], path: string): DatabaseFile => ({ kind, path, containerId: 0 });

const fileAt = (kind: DatabaseFile['kind'], path: string | undefined): DatabaseFile | undefined =>
  path === undefined ? undefined : ofWholeDatabase(kind, path);
