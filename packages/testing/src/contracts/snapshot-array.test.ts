import { describe, expect, it } from 'vitest';
import { arrayPort } from '../array/port.js';
import { createSimulatedArray } from '../array/simulated-array.js';
import { systemClock } from '../clock.js';
import { createFaults } from '../faults.js';
import { createJournal } from '../journal.js';
import { snapshotArrayContract } from './snapshot-array.js';

describe('the simulated array as a snapshot array', () => {
  const array = createSimulatedArray({
    clock: systemClock,
    journal: createJournal(systemClock),
    faults: createFaults(),
    username: 'admin',
    password: 'not-a-password',
  });
  const volumes = ['data01', 'data02', 'data03'].map((name) => ({
    name,
    id: array.addVolume({ name, sizeBytes: 1_000_000_000 }),
  }));
  const members = ['grouped01', 'grouped02'].map((name) => ({ name, id: array.addVolume({ name, sizeBytes: 1e9 }) }));
  const group = { name: 'ora', id: array.addGroup({ name: 'ora', members: members.map(({ id }) => id) }), members };
  const filesystem = { name: 'nfs01', id: array.addFilesystem({ name: 'nfs01', sizeBytes: 1e9 }) };
  const port = arrayPort(array);

  it.each(snapshotArrayContract())('$name', async (expectation) => {
    await expect(expectation.run({ array: port, volumes, group, filesystem })).resolves.toBeUndefined();
  });
});
