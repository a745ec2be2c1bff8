import { DateTime, IANAZone } from 'luxon';
import { z } from 'zod';

/** What a snapshot of a set holds: data files, or archived redo logs. */
export type Role = 'data' | 'archive';

/** A name of the IANA time zone database, or `local` for the zone of this host. */
export const zoneName = z
  .string()
  .refine(
    (zone) => zone === 'local' || IANAZone.isValidZone(zone),
    'must be a time zone such as Europe/Amsterdam, or local',
  );

/** `yyyy-MM-dd_HHmmss` in `zone`: the stamp in the names of a run's snapshots and of its log file. */
export const formatDatestring = (instantMs: number, zone: string): string =>
  DateTime.fromMillis(instantMs, { zone }).toFormat('yyyy-MM-dd_HHmmss');

/** ISO 8601 with the offset of `zone`. */
export const formatTime = (instantMs: number, zone: string): string => {
  const text = DateTime.fromMillis(instantMs, { zone }).toISO();
  if (text === null) throw new RangeError(`${zone} is not a time zone`);
  return text;
};

/** The name of a role's only snapshot, and of a snapshot group; with several members each is called this, `_`, and its parent's name. */
export const snapshotName = (role: Role, datestring: string): string => `orasync_${role}_${datestring}`;

/**
 * The same for a rehearsal. As long as the name that it stands for, because the array limits the length of names; and no
 * beginning of one, nor the other way round.
 */
export const rehearsalName = (role: Role, datestring: string): string => `${rehearsalPrefixes[role]}${datestring}`;

const rehearsalPrefixes = { data: 'orasync_test_', archive: 'orasync_testarc_' } as const;

/** The role that a snapshot of a rehearsal played, by its name; `undefined` for any other. */
export const rehearsalRoleOf = (name: string): Role | undefined => {
  const roles = ['data', 'archive'] as const;
  return roles.find(
    (role) =>
      name.startsWith(rehearsalPrefixes[role]) &&
      /^\d{4}-\d{2}-\d{2}_\d{6}(_|$)/.test(name.slice(rehearsalPrefixes[role].length)),
  );
};

/** The names that a role's snapshots get, in the order of `parentNames`. Those of a snapshot group go on with it always. */
export const memberNames = (
  name: string,
  parentNames: readonly string[],
  kind: 'volumes' | 'filesystems' | 'consistency-group',
): readonly string[] =>
  parentNames.length === 1 && kind !== 'consistency-group' ? [name] : parentNames.map((parent) => `${name}_${parent}`);
