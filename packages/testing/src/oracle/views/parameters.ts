import { instanceName } from '../instances.js';
import type { DatabaseState } from '../state.js';
import { defineView, type View } from './define-view.js';

/** Documented: Database Reference, "Initialization Parameters"; the values are those of this simulation. */
const parametersOf = (state: DatabaseState, instance: number): readonly (readonly [string, string | null])[] => [
  ['cluster_database', state.threads > 1 ? 'TRUE' : 'FALSE'],
  ['control_files', state.controlfiles.join(', ')],
  ['db_block_size', '8192'],
  ['db_create_file_dest', null],
  ['db_name', state.name],
  ['db_recovery_file_dest', state.recoveryArea?.path ?? null],
  ['db_recovery_file_dest_size', String(state.recoveryArea?.limitBytes ?? 0)],
  ['db_unique_name', state.uniqueName],
  ['enable_pluggable_database', state.containers.length > 0 ? 'TRUE' : 'FALSE'],
  ['instance_name', instanceName(state.sid, state.threads, instance)],
  ['instance_number', String(state.threads > 1 ? instance : 0)],
  ['log_archive_dest', null],
  ['log_archive_dest_1', `LOCATION=${state.threadArchiveDirectories.get(instance) ?? state.archiveDirectory}`],
  ['log_archive_dest_2', state.standbyService === undefined ? null : `SERVICE=${state.standbyService}`],
  ['log_archive_format', state.archiveFormat],
  ['spfile', state.spfile ?? null],
  ['thread', String(state.threads > 1 ? instance : 0)],
];

/** The view of parameters. Columns: oracle-hot-backup.md section 3. */
export const parameterViews: Readonly<Record<string, View>> = {
  V$PARAMETER: defineView(
    'NAME:80 VALUE:4000 DISPLAY_VALUE:4000',
    ({ state, instance }) => parametersOf(state, instance).map(([name, value]) => [name, value, value]),
    { isFixed: true },
  ),
};
