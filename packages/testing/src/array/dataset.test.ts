import { expect, it } from 'vitest';
import { datasetFields, describeDataset, emptyDataset, storedDatasetFields } from './dataset.js';

const around = { now: 0, systemSerial: 0, hasChildren: false, isMapped: false, poolName: '', groupName: undefined };

it.each([undefined, 5])('what filters read of a dataset with parent %s is what its description says', (parentId) => {
  const dataset = { ...emptyDataset('VOLUME'), id: 7, name: 'n', parentId, familyId: 3, poolId: 4, createdAt: 9 };
  const record = describeDataset(dataset, { ...around, replication: [] });
  for (const [field, read] of storedDatasetFields) expect([field, read(dataset)]).toEqual([field, record[field]]);
});

it('the fields of volumes and filesystems differ as documented', () => {
  const [volume, filesystem] = [datasetFields('VOLUME'), datasetFields('FILESYSTEM')];
  expect([...volume].filter((name) => !filesystem.has(name))).toEqual(['serial', 'udid', 'paths_available', 'nguid']);
  expect([...filesystem].filter((name) => !volume.has(name))).toContain('snapdir_name');
});
