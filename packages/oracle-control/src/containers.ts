import { type Asking, queryAll, queryEach, requireOne } from './ask.js';
import { type Known, known, mapKnown, notKnown } from './known.js';
import { select } from './query.js';
import { integer, text } from './row.js';

/** A pluggable database, the seed among them. */
export interface Container {
  readonly id: number;
  readonly name: string;
  /** READ WRITE, READ ONLY, MOUNTED or MIGRATE. */
  readonly openMode: string;
}

/** What this session sees of a container database. */
export interface ContainersInSight {
  /** Empty outside a container database. */
  readonly containers: readonly Container[];
  /** Where this session is; `undefined` outside a container database. */
  readonly sessionContainer: Pick<Container, 'id' | 'name'> | undefined;
  /**
   * `false`: files of some container are missing from V$DATAFILE and V$BACKUP, without any error. Every list and count
   * of files is then only a part.
   */
  readonly seesAllContainers: Known<boolean>;
}

/** Outside a container database nothing can be hidden. */
export const noContainers: ContainersInSight = {
  containers: [],
  sessionContainer: undefined,
  seesAllContainers: known(true),
};

/** CON_ID of CDB$ROOT and PDB$SEED, which every container database has. Source: oracle-hot-backup.md section 3. */
const rootId = 1;
const seedId = 2;

/**
 * 12.1 and later, in a container database. Needs SELECT on V_$PDBS, `countDatafiles` on V_$DATAFILE.
 *
 * Source: Database Reference, V$PDBS; oracle-hot-backup.md section 3.
 */
const readPluggable = select({
  from: 'v$pdbs',
  columns: { id: integer('con_id'), name: text('name'), openMode: text('open_mode') },
  orderBy: 'con_id',
});

/** Where this session is, in a container database. Needs no grant. Before 12.1 it is ORA-02003. */
const readSessionContainer = select({
  from: 'dual',
  columns: { id: integer(`SYS_CONTEXT('USERENV','CON_ID')`), name: text(`SYS_CONTEXT('USERENV','CON_NAME')`) },
});

/** The containers of which this session sees data files. */
const countDatafiles = select({
  from: 'v$datafile',
  columns: { containerId: integer('con_id'), count: integer('COUNT(*)') },
  groupBy: 'con_id',
});

/** Reads what there is of containers, and whether that is all. Only for a container database. */
export const readContainers = async (asking: Asking): Promise<ContainersInSight> => {
  const [containers, sessions] = await queryAll(asking, [readPluggable, readSessionContainer]);
  const [counts] = await queryEach(asking, [countDatafiles]);
  const sessionContainer = requireOne(readSessionContainer, sessions);
  const withFiles = mapKnown(counts, (rows) => new Set(rows.map(({ containerId }) => containerId)));
  return {
    containers,
    sessionContainer,
    seesAllContainers: seesAll(containers, { sessionId: sessionContainer.id, withFiles }),
  };
};

/**
 * An account without CONTAINER_DATA gets no rows of pluggable databases and no error, and it is not known whether V$PDBS
 * names them to it: so both answers count. V$PDBS without the seed is cut short; a container that is open has files; and
 * from inside a pluggable database one sees that one alone. What is left open: an account to which CONTAINER_DATA names
 * the seed and some containers one by one.
 *
 * Source: oracle-hot-backup.md section 0, fact 19 (unverified), and section 3, query hints.
 */
const seesAll = (
  containers: readonly Container[],
  { sessionId, withFiles }: { readonly sessionId: number; readonly withFiles: Known<ReadonlySet<number>> },
): Known<boolean> => {
  if (sessionId !== rootId || !containers.some(({ id }) => id === seedId)) return known(false);
  if (!withFiles.isKnown) return withFiles;
  const fileless = containers.filter(({ id }) => !withFiles.value.has(id));
  if (!withFiles.value.has(rootId) || fileless.some(({ openMode }) => openMode !== 'MOUNTED')) return known(false);
  const [closed] = fileless;
  return closed === undefined
    ? known(true)
    : notKnown(`V$DATAFILE shows no file of container ${closed.name}, which is closed: it has none or hides them`);
};
