// How fast the client lists volumes, as a ratio to `undici.request` and `JSON.parse` on the same server in the same run.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';

const client = new URL('../packages/infinibox-client/', import.meta.url);
const pages = 20;
const pageSize = 1_000;
const rounds = 9;

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** A snapshot with every field of release 7.3. Source: infinibox-api.md section 3.1. */
const snapshot = (id) => ({
  id,
  name: `orasync_data_2026-01-02_030405_${id}`,
  dataset_type: 'VOLUME',
  type: 'SNAPSHOT',
  depth: 1,
  parent_id: 1011,
  family_id: 1011,
  has_children: false,
  size: 107374182400,
  used: 0,
  allocated: 0,
  tree_allocated: 0,
  num_blocks: 209715200,
  provtype: 'THIN',
  pool_id: 1005,
  pool_name: 'pool1',
  created_at: 1700000000000,
  updated_at: 1700000000000,
  serial: '742b0f000004e2b00000000000003f3',
  mapped: false,
  write_protected: true,
  ssd_enabled: true,
  compression_enabled: true,
  compression_suppressed: false,
  capacity_savings: 0,
  lock_expires_at: null,
  lock_state: 'UNLOCKED',
  snapshot_retention: null,
  snapshot_expires_at: null,
  snapshot_policy_id: null,
  snapshot_policy_name: null,
  created_by_snapshot_policy_id: null,
  created_by_snapshot_policy_name: null,
  created_by_schedule_id: null,
  created_by_schedule_name: null,
  cg_id: null,
  cg_name: null,
  source_replicated_sg_id: null,
  rmr_source: false,
  rmr_target: false,
  rmr_active_active_peer: false,
  rmr_snapshot_guid: null,
  data_snapshot_guid: null,
  mgmt_snapshot_guid: null,
  replica_ids: [],
  replication_types: [],
  qos_policy_id: null,
  qos_policy_name: null,
  qos_shared_policy_id: null,
  qos_shared_policy_name: null,
  tenant_id: 1,
  udid: null,
  paths_available: true,
  nguid: null,
  ssa_express_enabled: false,
  ssa_express_status: null,
});

/** Serves the same pages to both, prepared beforehand, so that the server costs next to nothing. */
const servePages = async () => {
  const bodies = Array.from({ length: pages }, (_, page) =>
    JSON.stringify({
      result: Array.from({ length: pageSize }, (_object, at) => snapshot(page * pageSize + at + 1)),
      error: null,
      metadata: {
        ready: true,
        number_of_objects: pages * pageSize,
        page: page + 1,
        pages_total: pages,
        page_size: pageSize,
      },
    }),
  );
  const server = createServer(({ url }, response) => {
    const page = Number(new URL(url, 'http://localhost').searchParams.get('page'));
    response.setHeader('content-type', 'application/json').end(bodies[page - 1]);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${server.address().port}` };
};

const timed = async (run) => {
  const beganAt = performance.now();
  const count = await run();
  if (count !== pages * pageSize) throw new Error(`expected ${pages * pageSize} snapshots, received ${count}`);
  return performance.now() - beganAt;
};

/**
 * Measures both, in turns.
 *
 * @returns {Promise<{ clientMs: number, referenceMs: number, ratio: number, fieldsMs: number, fieldsRatio: number }>}
 *   Medians; `ratio` is the client's throughput in that of the reference: 1 is as fast, more is faster. `fields…`: the client
 *   with the four fields that a retention plan needs.
 */
export const benchClient = async () => {
  const { createInfiniboxClient } = await import(new URL('dist/index.js', client).href);
  const { Pool } = createRequire(new URL('package.json', client))('undici');
  const { server, url } = await servePages();
  const pool = new Pool(url, { connections: 1 });
  const array = createInfiniboxClient({ url, username: 'bench', password: 'not-a-real-password' });
  try {
    const count = async (volumes) => {
      let seen = 0;
      for await (const _ of volumes) seen += 1;
      return seen;
    };
    const whole = () => count(array.volumes.list());
    const fields = () => count(array.volumes.list({ fields: ['name', 'parent_id', 'created_at', 'lock_state'] }));
    const reference = async () => {
      let seen = 0;
      for (let page = 1; page <= pages; page += 1) {
        const path = `/api/rest/volumes?page=${page}&page_size=${pageSize}`;
        const { body } = await pool.request({ method: 'GET', path });
        for (const _ of JSON.parse(await body.text()).result) seen += 1;
      }
      return seen;
    };
    const samples = [];
    for (let round = 0; round < rounds; round += 1)
      samples.push({
        whole: await timed(whole),
        reference: await timed(reference),
        fields: await timed(fields),
      });
    const clientMs = median(samples.map((sample) => sample.whole));
    const referenceMs = median(samples.map((sample) => sample.reference));
    const fieldsMs = median(samples.map((sample) => sample.fields));
    return { clientMs, referenceMs, ratio: referenceMs / clientMs, fieldsMs, fieldsRatio: referenceMs / fieldsMs };
  } finally {
    await array.close();
    await pool.close();
    server.close();
  }
};

/** Prints what was measured. */
export const printClient = async () => {
  const { clientMs, referenceMs, ratio } = await benchClient();
  console.log(
    `listing ${pages * pageSize} snapshots: ${clientMs.toFixed(0)} ms, ${ratio.toFixed(2)} of the throughput of undici.request and JSON.parse (${referenceMs.toFixed(0)} ms)`,
  );
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await printClient();
