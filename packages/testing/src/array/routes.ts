import { userRoutes } from './account-routes.js';
import {
  bothKindsRoutes,
  datasetRoutes,
  exportRoutes,
  groupRoutes,
  protectionRoutes,
  treeqRoutes,
  volumeRoutes,
} from './dataset-routes.js';
import { clusterRoutes, hostRoutes, sanClientRoutes } from './host-routes.js';
import { metadataRoutes } from './metadata-routes.js';
import { poolRoutes } from './pool-routes.js';
import { remoteRoutes } from './remote-routes.js';
import type { Table } from './route-table.js';
import type { ArrayState } from './state.js';
import { eventRoutes, searchRoutes, systemRoutes } from './system-routes.js';

/** Every route of the array. */
export const arrayRoutes = (state: ArrayState): Table => ({
  ...systemRoutes(state),
  ...eventRoutes(state),
  ...searchRoutes(state),
  ...userRoutes(state),
  ...metadataRoutes(state),
  ...datasetRoutes('/volumes', state.volumes, state),
  ...volumeRoutes(state),
  ...datasetRoutes('/filesystems', state.filesystems, state),
  ...bothKindsRoutes(state),
  ...treeqRoutes(state),
  ...exportRoutes(state),
  ...groupRoutes(state),
  ...poolRoutes(state),
  ...hostRoutes(state),
  ...clusterRoutes(state),
  ...sanClientRoutes(state),
  ...protectionRoutes(state),
  ...remoteRoutes(state),
});
