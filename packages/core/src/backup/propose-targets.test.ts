import { expect, test } from 'vitest';
import type { PlacedFile } from '../coverage/coverage-report.js';
import type { Dataset } from '../ports.js';
import { proposeTargets } from './propose-targets.js';

const datasets = [
  { id: 1, name: 'v1', type: 'volume' },
  { id: 2, name: 'v2', type: 'volume' },
  { id: 3, name: 'nfs1', type: 'filesystem' },
] as Dataset[];
const array = { listDatasets: async (ids: readonly number[]) => datasets.filter(({ id }) => ids.includes(id)) };

const file = (
  kind: PlacedFile['kind'],
  ids: readonly number[],
  { targets = [], verdict = 'uncovered', ...change }: Partial<PlacedFile> = {},
): PlacedFile => ({
  kind,
  path: `/file-on-${ids.join('-')}`,
  rule: 'in-data',
  devices: [],
  datasets: datasets.filter(({ id }) => ids.includes(id)).map(({ id, name }) => ({ id, name })),
  targets,
  verdict,
  steps: [],
  ...change,
});

const propose = (
  files: readonly PlacedFile[],
  targets: Parameters<typeof proposeTargets>[0] = { data: { volumes: ['v1'] } },
) => proposeTargets(targets, { files: [...files] }, array);

test('adds what holds files and is not in the target, and takes nothing out', async () => {
  expect(await propose([file('data-file', [2]), file('data-file', [1], { targets: ['data'] })])).toEqual([
    { role: 'data', target: { volumes: ['v1', 'v2'] }, missing: ['v2'], problems: [] },
    { role: 'archive', target: undefined, missing: [], problems: [] },
  ]);
});

test('of a file on several volumes adds those alone that are missing', async () => {
  const [data] = await propose([file('data-file', [1, 2])]);
  expect(data).toMatchObject({ target: { volumes: ['v1', 'v2'] } });
});

test('makes a target where there is none, of the kind that was found', async () => {
  const [, archive] = await propose([file('archive-destination', [3])]);
  expect(archive).toMatchObject({ target: { filesystems: ['nfs1'] }, missing: ['nfs1'] });
});

test('leaves a consistency group as it is, and says what has to be added on the array', async () => {
  const data = { consistencyGroup: 'g', members: ['v1'] };
  const [proposal] = await propose([file('data-file', [2])], { data });
  expect(proposal).toEqual({
    role: 'data',
    target: data,
    missing: ['v2'],
    problems: ['v2 is not in consistency group g: add it there, on the array'],
  });
});

test('says what does not fit into the target', async () => {
  const [proposal] = await propose([file('data-file', [3])]);
  expect(proposal).toMatchObject({
    target: { volumes: ['v1'] },
    problems: ['filesystem nfs1 cannot be in one target with volumes'],
  });
});

test('says which file lies on nothing that could be added, and why', async () => {
  const files = [
    file('data-file', [], { path: '/local', reason: 'it is /dev/sda' }),
    file('data-file', [], { path: '/x' }),
  ];
  expect((await propose(files))[0]?.problems).toEqual([
    '/local lies on nothing of this array that is known: it is /dev/sda',
    '/x lies on nothing of this array that is known',
  ]);
});

test('leaves out what the administrator excepted', async () => {
  const [proposal] = await propose([file('data-file', [2], { verdict: 'excepted' })]);
  expect(proposal).toMatchObject({ target: { volumes: ['v1'] }, missing: [] });
});
