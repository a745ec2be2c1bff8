import { snapshotArray } from '@orasync/core';
import {
  createFaults,
  createJournal,
  createSimulatedArray,
  listenArray,
  snapshotArrayContract,
  systemClock,
} from '@orasync/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createArrayClient, trustHint } from './array-client.js';
import { config } from './config.js';
import type { Settings } from './settings.js';

const silent = () => undefined;
const account = { username: 'admin', password: 'Fake-array-pw' };

const settingsFor = (array: Record<string, unknown>): Settings => ({
  config: config.parse({
    array: { username: account.username, password: { env: 'UNUSED' }, ...array },
    databases: [{ name: 'ORCL', targets: { data: { volumes: ['a'] } } }],
  }),
  origin: 'file',
  databases: [],
  arrayPassword: () => account.password,
  oraclePassword: () => undefined,
});

describe('the REST client behind core’s port', () => {
  const simulated = createSimulatedArray({
    clock: systemClock,
    journal: createJournal(systemClock),
    faults: createFaults(),
    ...account,
  });
  const volumes = ['one', 'two', 'three'].map((name) => ({ name, id: simulated.addVolume({ name, sizeBytes: 1e9 }) }));
  const members = ['four', 'five'].map((name) => ({ name, id: simulated.addVolume({ name, sizeBytes: 1e9 }) }));
  const group = { name: 'cg', id: simulated.addGroup({ name: 'cg', members: members.map(({ id }) => id) }), members };
  const filesystem = { name: 'fs', id: simulated.addFilesystem({ name: 'fs', sizeBytes: 1e9 }) };
  let served: Awaited<ReturnType<typeof listenArray>>;
  let client: ReturnType<typeof createArrayClient>;
  const told: unknown[] = [];
  beforeAll(async () => {
    served = await listenArray(simulated);
    const log = {
      debug: (fields: object) => told.push(fields),
      info: silent,
      warn: (fields: object) => told.push(fields),
      error: silent,
    };
    client = createArrayClient(settingsFor({ url: served.url }), log);
  });
  afterAll(async () => {
    await client.close();
    await served.close();
  });

  test.each(snapshotArrayContract().map((expectation) => [expectation.name, expectation] as const))(
    '%s',
    async (_, expectation) => {
      await expect(
        expectation.run({ array: snapshotArray(client), volumes, group, filesystem }),
      ).resolves.toBeUndefined();
    },
  );

  test('warns of an address without TLS, and logs every call without secrets', () => {
    expect(told).toContainEqual({ url: served.url });
    expect(told).toContainEqual(expect.objectContaining({ method: 'GET', path: '/api/rest/system', status: 200 }));
    expect(JSON.stringify(told)).not.toContain(account.password);
  });
});

test('a certificate file that is not there is a problem of the configuration', () => {
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const settings = settingsFor({ url: 'ibox01', caFile: 'nowhere.pem' });
  expect(() => createArrayClient(settings, log)).toThrow('array.caFile: nowhere.pem cannot be read (ENOENT)');
});

test.each([
  ['file', /array\.fingerprint256: "AB:CD"/],
  ['environment', /ORASYNC_FINGERPRINT256=AB:CD/],
] as const)('settings from %s are told which one would trust the certificate', (origin, hint) => {
  const error = new Error('outer', {
    cause: Object.assign(new Error('inner'), { certificate: { fingerprint256: 'AB:CD' } }),
  });
  expect(trustHint(error, { origin })).toMatch(hint);
  expect(trustHint(new Error('other'), { origin })).toBeUndefined();
});
