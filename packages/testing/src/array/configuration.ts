import { badRequest, notFound } from './answer.js';
import type { WireRecord } from './query.js';

/**
 * `config/<group>`, keys as they stand in paths. Documented: these groups and keys, but for the number of volumes. Assumed:
 * the values. Source: infinibox-api.md section 3.6.
 */
const configuration: Readonly<Record<string, WireRecord>> = {
  mgmt: { 'system.model_short_name': 'F6240' },
  limits: {
    'nas.max_filesystems_in_system': 4000,
    'nas.treeq_max_count_per_filesystem': 2000,
    'san.max_volumes_in_system': 100_000,
  },
};

/**
 * What `GET config/…` answers: everything, one group (only the asked `fields` of it), or one bare value.
 *
 * @throws {ArrayRefusal} 404 for a group or key that does not exist, 400 for such a field.
 */
export const readConfiguration = (path: readonly string[], fields: string | null): unknown => {
  const [group, key] = path;
  if (group === undefined) return configuration;
  const values = configuration[group];
  if (values === undefined) throw notFound('CONFIG', group);
  if (key !== undefined) {
    if (values[key] === undefined) throw notFound('CONFIG', `${group}/${key}`);
    return values[key];
  }
  if (fields === null) return values;
  return Object.fromEntries(
    fields.split(',').map((field) => {
      if (values[field] === undefined) throw badRequest(`unknown field '${field}'`);
      return [field, values[field]];
    }),
  );
};
