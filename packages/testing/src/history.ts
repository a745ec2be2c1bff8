import type { SimulatedArray } from './array/simulated-array.js';

/** Whose backups a history is made of. */
export interface HistoryOptions {
  readonly array: SimulatedArray;
  readonly volumes: {
    readonly data: readonly { readonly id: number; readonly name: string }[];
    readonly archive: readonly { readonly id: number; readonly name: string }[];
  };
  readonly database: { readonly name: string; readonly uniqueName: string; readonly dbid: string };
}

/** `yyyy-MM-dd_HHmmss`, UTC. */
const datestring = (at: Date): string => at.toISOString().slice(0, 19).replace('T', '_').replaceAll(':', '');

/**
 * Seeds one labelled, complete set, as docs/catalogue.md describes it.
 *
 * @param at  When it was made, by the array's clock.
 * @returns   The set id.
 */
export const addBackupSet = ({ array, volumes, database }: HistoryOptions, at: Date): string => {
  const stamp = at.toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  const suffix = (Math.floor(at.getTime() / 1000) % 0x1000000).toString(16).padStart(6, '0');
  const set = `${stamp}Z-${database.uniqueName}-${suffix}`;
  const day = Math.floor(at.getTime() / 86_400_000);
  const time = at.toISOString().replace('Z', '+00:00');
  const dataIds: number[] = [];
  for (const role of ['data', 'archive'] as const)
    for (const { id: parentId, name } of volumes[role]) {
      const prefix = `orasync_${role}_${datestring(at)}`;
      const id = array.addSnapshot({
        parentId,
        name: volumes[role].length === 1 ? prefix : `${prefix}_${name}`,
        createdAt: at,
      });
      if (role === 'data') dataIds.push(id);
      const label = {
        v: 1,
        id,
        set,
        role,
        parent: parentId,
        state: 'complete',
        database,
        members: { data: volumes.data.length, archive: volumes.archive.length },
        begin: { scn: String(day * 1000), time },
        end: { scn: String(day * 1000 + 42), time },
        logs: [[1, day, day + 1]],
        redo: { from: String(day * 1000 - 100), to: String(day * 1000 + 100) },
        hotWindowMs: 290,
        arrayAheadMs: 0,
        worth: {
          coverage: 'declared',
          logs: volumes.archive.length === 0 ? 'elsewhere' : 'captured',
          controlfile: 'none',
        },
      };
      array.setMetadata(id, { 'orasync.set': JSON.stringify(label), 'host.created_by': 'orasync' });
    }
  array.setMetadata(Math.min(...dataIds), { 'orasync.complete': set });
  return set;
};

/** Seeds one complete set a day, 1 … `days` days old. */
export const addHistory = (options: HistoryOptions, days: number): readonly string[] => {
  const now = options.array.now();
  return Array.from({ length: days }, (_, index) => addBackupSet(options, new Date(now - (index + 1) * 86_400_000)));
};
