import { z } from 'zod';
import { notFound, parseBody } from './answer.js';
import type { WireRecord } from './query.js';

/** With snapshot policies (7.3.10) and locks. Source: infinibox-api.md sections 3.1 and 3.6. */
export const systemVersion = '7.3.10.0';

/**
 * A feature list that the vendor's SDK works with. Documented as workable. Source: section 7.1.
 * `api_auth_sessions` makes the SDK log in by cookie. Left out, because it is not simulated: `vvol`.
 */
export const features: readonly WireRecord[] = Object.entries({
  active_active: 4,
  api_auth_sessions: 0,
  async_replication: 2,
  compression: 1,
  cons_groups: 1,
  dot_snapshots: 0,
  event_retention: 0,
  events_db: 0,
  iscsi: 1,
  metadata: 2,
  nas: 2,
  native_smb: 2,
  network_configuration: 2,
  pools: 0,
  qos: 0,
  replica_auto_create: 0,
  replicate_snapshots: 4,
  san: 0,
  snap_refresh: 1,
  snapshot_policies: 1,
  snapshots: 1,
  ssa_express: 1,
  treeq: 0,
  user_management: 1,
}).map(([name, version]) => ({ name, version, experimental: false, enabled: true }));

/** The array itself. Source: section 3.6. */
export interface System {
  describe(): WireRecord;
  /** `system/ntp_status`: where the CSI driver reads the array's clock. Documented. Source: section 3.6. */
  ntpStatus(): readonly WireRecord[];
  /** `system/capacity/total_virtual_capacity`: the bare value. @throws {ArrayRefusal} 404. */
  valueAt(path: readonly string[]): unknown;
  rename(body: unknown): string;
}

const bytesOfArray = 1_000_000_000_000_000;

export const createSystem = (options: {
  readonly now: () => number;
  readonly name: string;
  readonly serial: number;
  readonly entityCounts: () => WireRecord;
}): System => {
  const { now, serial, entityCounts } = options;
  const installedAt = now();
  let { name } = options;

  const describe = (): WireRecord => ({
    name,
    version: systemVersion,
    serial_number: serial,
    model: 'F6240',
    full_model: 'F6240',
    product_id: 'INFINIBOX',
    deployment_id: serial,
    install_timestamp: installedAt,
    upgrade_timestamp: installedAt,
    uptime: now() - installedAt,
    localtime: { utc_time: now() },
    wwnn: '5742b0f000000a00',
    system_power_consumption: 0,
    operational_state: {
      state: 'ACTIVE',
      mode: null,
      description: '',
      init_state: null,
      read_only_system: false,
    },
    release: { system: { version: systemVersion, revision: '', build_mode: 'release' } },
    security: { encryption_enabled: false, system_security_state: 'OPEN' },
    health_state: {},
    capacity: {
      total_physical_capacity: bytesOfArray,
      free_physical_space: bytesOfArray,
      total_virtual_capacity: bytesOfArray,
      free_virtual_space: bytesOfArray,
      total_allocated_physical_space: 0,
      total_spare_bytes: 0,
      used_spare_bytes: 0,
      used_dynamic_spare_bytes: 0,
      dynamic_spare_drive_cost: 0,
      total_spare_partitions: 0,
      used_spare_partitions: 0,
      used_dynamic_spare_partitions: 0,
    },
    entity_counts: entityCounts(),
  });

  return {
    describe,
    ntpStatus: () => [{ node_id: 1, last_probe_timestamp: now(), ntp_peers: [] }],
    valueAt: (path) =>
      path.reduce<unknown>((at, key) => {
        const inside = typeof at === 'object' && at !== null ? new Map(Object.entries(at)) : new Map<string, unknown>();
        if (!inside.has(key)) throw notFound('SYSTEM_FIELD', path.join('/'));
        return inside.get(key);
      }, describe()),
    rename: (body) => {
      name = parseBody(z.string().min(1), body);
      return name;
    },
  };
};

/** `GET components/nodes`. Documented. Source: section 3.6. */
export const nodes: readonly WireRecord[] = [
  {
    id: 1,
    name: 'node-1',
    state: 'ACTIVE',
    model: '',
    ib_ports: [],
    eth_ports: [],
    drives: [],
    services: [{ name: 'core', state: 'ACTIVE', role: 'MASTER' }],
    fc_ports: [
      {
        id: 1,
        wwpn: '5742b0f000000a11',
        state: 'OK',
        link_state: 'UP',
        role: 'HARD_PORT',
        enabled: true,
        switch_vendor: '',
        vendor: '',
        wwnn: '5742b0f000000a00',
        switch_wwnn: '',
      },
    ],
  },
];

/** `GET components`, in the shape that the SDK's node and port queries need. Documented. Source: section 3.6. */
export const components: WireRecord = {
  rack: 1,
  ups: [],
  pdus: [],
  enclosures: [{ id: 1, state: 'OK', drives: [] }],
  nodes,
};
