import { type Asking, change, queryAll } from './ask.js';
import { endContainer } from './end-changes.js';
import { isOwned, type Ownership } from './ownership.js';
import { select } from './query.js';
import { integer, text } from './row.js';

/**
 * Takes whole pluggable databases out of backup mode: each whose ACTIVE files are all ours. For a session in the root that
 * may not name a file of another container (ORA-01516).
 *
 * Source: SQL Language Reference, ALTER PLUGGABLE DATABASE, pdb_recovery_clauses; oracle-hot-backup.md 1.1. That ALTER
 * DATABASE DATAFILE does not reach into containers is unverified.
 *
 * @throws {OracleError} The first that was not confirmed, after all were tried.
 */
export const endContainers = async (asking: Asking, ours: Ownership): Promise<void> => {
  const [names, active] = await queryAll(asking, [
    select({ from: 'v$pdbs', columns: { id: integer('con_id'), name: text('name') } }),
    select({
      from: 'v$backup',
      columns: {
        id: integer('con_id'),
        files: integer('COUNT(*)'),
        ours: integer(`COUNT(CASE WHEN ${isOwned(ours)} THEN 1 END)`),
      },
      where: `status = 'ACTIVE'`,
      groupBy: 'con_id',
    }),
  ]);
  const isOurs = ({ id }: { readonly id: number }) => active.some((one) => one.id === id && one.files === one.ours);
  const failures: unknown[] = [];
  for (const { name } of names.filter(isOurs)) {
    await change(asking, endContainer(name)).catch((failure: unknown) => failures.push(failure));
  }
  if (failures.length > 0) throw failures[0];
};
