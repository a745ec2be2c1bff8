import { notFound } from './answer.js';
import type { WireRecord } from './query.js';

const space = (id: number, name: string, more: WireRecord): WireRecord => ({
  id,
  name,
  ips: [
    {
      ip_address: `192.0.2.${10 + id}`,
      enabled: true,
      reserved: false,
      interface_id: 1,
      type: 'STANDARD',
      vlan_id: 0,
      tpgt: id,
    },
  ],
  network_config: { netmask: 24, network: '192.0.2.0', default_gateway: '192.0.2.1' },
  interfaces: [1],
  mtu: 9000,
  rate_limit: null,
  automatic_ip_failback: true,
  routes: [],
  vmac_addresses: [],
  tenant_id: 1,
  ...more,
});

/**
 * Where an array answers file and block clients, one space per service. Documented: the fields. Assumed: the values, from
 * the block of addresses that is set aside for documentation. Source: infinibox-api.md section 3.9.
 */
export const networkSpaces = (serial: number): readonly WireRecord[] => [
  space(1, 'nas', { service: 'NAS_SERVICE', properties: {} }),
  space(2, 'replication', { service: 'RMR_SERVICE', properties: {} }),
  space(3, 'iscsi', {
    service: 'ISCSI_SERVICE',
    properties: { iscsi_iqn: `iqn.2009-11.com.infinidat:storage:infinibox-sn-${serial}`, iscsi_tcp_port: 3260 },
  }),
];

/** @throws {ArrayRefusal} 404. */
export const getNetworkSpace = (spaces: readonly WireRecord[], id: number): WireRecord => {
  const found = spaces.find((each) => each['id'] === id);
  if (found === undefined) throw notFound('NETWORK_SPACE', id);
  return found;
};
