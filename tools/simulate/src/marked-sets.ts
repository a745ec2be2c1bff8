import { type Recovery, recover, type World } from '@orasync/testing';

/** What was written on an object of the array: the keys of docs/catalogue.md. */
const writtenLabels = ({ what, detail, outcome }: World['journal']['entries'][number]) => {
  const [, id] = /^PUT \/api\/rest\/metadata\/(\d+)$/.exec(what) ?? [];
  const body = detail['body'];
  if (id === undefined || outcome !== '200' || typeof body !== 'object' || body === null) return undefined;
  return { id: Number(id), labels: body as Readonly<Record<string, unknown>> };
};

/** A set that got the complete marker, and whether what had its label by then can be recovered. */
export interface MarkedSet {
  readonly set: string;
  readonly recovery: Recovery;
}

/**
 * Every set that was marked complete while the journal was kept, as it was at that moment: whatever its run does about it
 * later, somebody may have restored it by then. What was deleted since is left out.
 */
export const markedSets = (world: World): readonly MarkedSet[] => {
  const setOf = new Map<number, string>();
  const found: MarkedSet[] = [];
  for (const entry of world.journal.entries) {
    const written = writtenLabels(entry);
    if (written === undefined) continue;
    const label = written.labels['orasync.set'];
    if (typeof label === 'string') setOf.set(written.id, String((JSON.parse(label) as { set?: unknown }).set));
    const set = written.labels['orasync.complete'];
    if (typeof set !== 'string') continue;
    const members = [...setOf].filter(([, each]) => each === set).map(([id]) => contentOf(world, id));
    const contents = members.filter((content) => content !== undefined);
    if (contents.length === members.length) found.push({ set, recovery: recover(world.database, contents) });
  }
  return found;
};

/** `undefined` for what is no dataset any more, and for a snapshot group, which is labelled too. */
const contentOf = (world: World, id: number): ReadonlyMap<string, unknown> | undefined => {
  try {
    return world.array.contentOf(id);
  } catch {
    return undefined; // not found
  }
};
