import type { z } from 'zod';
import { type Call, type CallOptions, named } from '../call.js';
import type { Settle } from '../settle.js';
import { decode, formatId } from '../wire.js';
import { requireOneSnapshotEach } from './one-snapshot-each.js';
import type { SnapshotOptions } from './volumes.js';

interface Snapshot {
  readonly id: number;
  readonly name: string;
  readonly parent_id: number;
}

/** The collection that a dataset and its snapshots are in. */
interface Collection<Found extends Snapshot> {
  readonly path: string;
  readonly schema: z.ZodType<Found>;
  readonly look: (
    filter: { readonly parent_id: number; readonly name: string },
    options: CallOptions,
  ) => AsyncIterable<Found>;
}

/** Makes the call that snapshots one dataset of a collection: volumes and filesystems take it alike. */
export const createSnapshotCall =
  <Found extends Snapshot>({ path, schema, look }: Collection<Found>, call: Call, settle: Settle) =>
  async (
    { parent_id, name }: { readonly parent_id: number; readonly name: string },
    { signal, lostAnswer }: SnapshotOptions = {},
  ): Promise<Found> => {
    formatId(parent_id);
    const request = { method: 'POST', path, body: { parent_id, name }, signal } as const;
    const send = async (): Promise<Found> => {
      const { result } = await call(request);
      const made = decode(named(request), schema, result);
      requireOneSnapshotEach(named(request), [parent_id], [made]);
      return made;
    };
    if (lostAnswer === undefined) return send();
    return settle({
      call: named(request),
      send,
      look: () => look({ parent_id, name }, { signal }),
      recognise: (appeared) => appeared.find((found) => found.name === name),
      signal,
    });
  };
