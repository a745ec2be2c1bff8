import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { account } from './fixtures/array-server.test.fixture.js';
import { simulate } from './fixtures/simulated-array.test.fixture.js';
import { createInfiniboxClient } from './index.js';

const read = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), 'utf8');

/** The lines between two markers, without their common indentation. */
const between = (text: string, begin: string, end: string): string => {
  const [, rest = ''] = text.split(begin);
  const [body = ''] = rest.split(end);
  return body
    .split('\n')
    .map((line) => line.replace(/^ {2}/, ''))
    .join('\n')
    .trim();
};

test('the example of the README tags a group of snapshots', async () => {
  const { url, array: simulated, calls } = await simulate();
  for (const name of ['ora_data01', 'ora_data02', 'other']) simulated.addVolume({ name, sizeBytes: 10_737_418_240 });
  const { username, password } = account;
  // README example begins
  const array = createInfiniboxClient({ url, username, password });

  const entities: number[] = [];
  const query = { filter: { name: { like: 'ora_data' }, type: 'MASTER' } } as const;
  for await (const volume of array.volumes.list(query)) entities.push(volume.id);

  const snapshots = await array.volumes.groupSnapshot({ entities, snap_prefix: 'nightly_' });
  for (const { id } of snapshots) await array.metadata.write(id, { 'host.created_by': 'nightly job' });

  await array.close();
  // README example ends
  expect(snapshots.map(({ name }) => name)).toEqual(['nightly_ora_data01', 'nightly_ora_data02']);
  expect(calls()).toHaveLength(4);
});

test('the README shows the example that was tested', async () => {
  const tested = between(await read('./readme.test.ts'), '// README example begins\n', '// README example ends');
  const [, shown = ''] = (await read('../README.md')).split('```ts\n');
  const [block = ''] = shown.split('```');
  expect(block.trim()).toBe(`import { createInfiniboxClient } from '@orasync/infinibox-client';\n\n${tested}`);
});

test('the README names every export', async () => {
  const readme = await read('../README.md');
  const exported = [
    ...(await read('./index.ts')).matchAll(/\b(?!type\b|export\b|from\b)([A-Za-z]\w+)(?=[,\s}]*[,}])/g),
  ].map(([, name]) => name);
  expect(exported).toContain('createInfiniboxClient');
  expect(exported.filter((name) => name !== undefined && !readme.includes(`\`${name}\``))).toEqual([]);
});
