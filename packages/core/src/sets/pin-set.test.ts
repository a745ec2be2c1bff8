import { addBackupSet } from '@orasync/testing';
import { expect, test } from 'vitest';
import { createTestArray } from '../array.test.fixture.js';
import { readCatalogue } from '../catalogue.js';
import { pinSet, unpinSet } from './pin-set.js';

const setUp = async () => {
  const { clock, simulated, array } = createTestArray();
  const volumeOf = (name: string) => ({ name, id: simulated.addVolume({ name, sizeBytes: 1e9 }) });
  const volumes = { data: [volumeOf('data1'), volumeOf('data2')], archive: [volumeOf('arch1')] };
  const database = { name: 'ORCL', uniqueName: 'ORCL', dbid: '1' };
  addBackupSet({ array: simulated, volumes, database }, new Date(clock.now()));
  const read = async () => {
    const [set] = await readCatalogue('orasync', { array, now: new Date(clock.now()) });
    if (set === undefined) throw new Error('one set');
    return set;
  };
  return { array, clock, read, simulated };
};

const until = new Date('2026-11-25T12:00:00Z');

test('a pinned set is still complete, and says by whom, why and until when', async () => {
  const { array, clock, read } = await setUp();
  const pin = await pinSet(await read(), { by: 'ann', reason: 'audit', until }, { array, clock });
  expect(await read()).toMatchObject({ state: 'complete', isPinned: true, pin });
});

test('a pin lapses by itself, and stays to be read', async () => {
  const { array, clock, read } = await setUp();
  await pinSet(await read(), { by: 'ann', reason: 'audit', until }, { array, clock });
  await clock.advance(86_400_000);
  expect(await read()).toMatchObject({ isPinned: false, pin: { by: 'ann', until } });
});

test('a later pin takes the place of an earlier one', async () => {
  const { array, clock, read } = await setUp();
  await pinSet(await read(), { by: 'ann', reason: 'audit', until }, { array, clock });
  await pinSet(await read(), { by: 'bob', reason: 'court' }, { array, clock });
  expect((await read()).pin).toMatchObject({ by: 'bob', reason: 'court', until: undefined });
});

test('a pin that is over already is refused', async () => {
  const { array, clock, read } = await setUp();
  const request = { by: 'ann', reason: 'audit', until: new Date(clock.now()) };
  await expect(pinSet(await read(), request, { array, clock })).rejects.toThrow(/lies behind/);
  expect((await read()).pin).toBeUndefined();
});

test('unpinning takes pins off every member, and does nothing to a set without', async () => {
  const { array, clock, read, simulated } = await setUp();
  await unpinSet(await read(), { array });
  await pinSet(await read(), { by: 'ann', reason: 'audit' }, { array, clock });
  for (const { snapshot } of (await read()).members) simulated.setMetadata(snapshot.id, { 'orasync.pin': 'by hand' });
  await unpinSet(await read(), { array });
  expect(await read()).toMatchObject({ state: 'complete', isPinned: false });
  expect((await read()).pin).toBeUndefined();
});
