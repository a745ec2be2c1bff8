import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { connect, type Reply, serve, wireVolume } from './fixtures/array-server.test.fixture.js';

const total = 100_000;
const pageSize = 1_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const heapBytes = (): number => {
  collectGarbage();
  return process.memoryUsage().heapUsed;
};

/** A page of snapshots, as long as the array's own. */
const page = (number: number): Reply => ({
  json: {
    result: Array.from({ length: pageSize }, (_, at) => {
      const id = (number - 1) * pageSize + at + 1;
      return wireVolume({ id, name: `orasync_data_${id}`, type: 'SNAPSHOT', parent_id: 7, depth: 1 });
    }),
    error: null,
    metadata: { ready: true, number_of_objects: total, page: number, pages_total: 100, page_size: pageSize },
  },
});

test('lists 100 000 snapshots in memory that does not grow with their number', { timeout: 60_000 }, async () => {
  const server = await serve(({ url }) => page(Number(new URLSearchParams(url.split('?')[1]).get('page'))));
  const { volumes } = connect(server);
  const heaps: number[] = [];
  let seen = 0;
  for await (const { id } of volumes.list()) {
    seen += 1;
    if (id !== seen) throw new Error(`expected ${seen}, received ${id}`);
    if (seen % 10_000 === 5_000) heaps.push(heapBytes());
  }
  expect(seen).toBe(total);
  const [first = 0, ...later] = heaps;
  // One page of decoded snapshots is about 2 MB; all of them would be two hundred.
  expect(Math.max(...later) - first).toBeLessThan(8_000_000);
});
