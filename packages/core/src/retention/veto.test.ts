import { addBackupSet } from '@orasync/testing';
import { expect, test } from 'vitest';
import { createTestArray } from '../array.test.fixture.js';
import { type BackupSet, readCatalogue } from '../catalogue.js';
import type { SnapshotUse } from '../ports.js';
import { readVetoes } from './read-facts.js';
import { formatVeto, vetoesOnSet, vetoesOnSnapshot } from './veto.js';

const now = new Date('2026-11-24T12:00:00Z');

const setUp = async () => {
  const { journal, faults, simulated, array } = createTestArray();
  const volume = { name: 'data1', id: simulated.addVolume({ name: 'data1', sizeBytes: 1e9 }) };
  const filesystem = { name: 'fs1', id: simulated.addFilesystem({ name: 'fs1', sizeBytes: 1e9 }) };
  const database = { name: 'ORCL', uniqueName: 'ORCL', dbid: '1' };
  addBackupSet({ array: simulated, volumes: { data: [volume], archive: [filesystem] }, database }, now);
  const read = async (): Promise<BackupSet> => {
    const [set] = await readCatalogue('orasync', { array, now });
    if (set === undefined) throw new Error('one set');
    return set;
  };
  const [data, archive] = (await read()).members.map(({ snapshot }) => snapshot);
  if (data === undefined || archive === undefined) throw new Error('two members');
  const call = (method: string, path: string, body: object) =>
    simulated.call({
      method,
      path: `/api/rest/${path}`,
      query: new URLSearchParams({ approved: 'true' }),
      bodyText: JSON.stringify(body),
      caller: 'trusted',
    });
  const words = async (): Promise<readonly string[]> =>
    [...(await readVetoes([await read()], { array, now })).values()].flat().map(formatVeto);
  return { array, simulated, journal, faults, data, archive, read, words, call };
};

test('a set that nothing holds costs no call', async () => {
  const { array, journal, read } = await setUp();
  const set = await read();
  const before = journal.entries.length;
  expect(await readVetoes([set], { array, now })).toEqual(new Map());
  expect(journal.entries).toHaveLength(before);
});

test('names the host and the cluster that a snapshot is mapped to', async () => {
  const { simulated, data, words, call } = await setUp();
  simulated.map(data.id, 'db1');
  expect(await words()).toEqual([`mapped: ${data.name} (${data.id}) to host db1`]);
  await call('POST', 'clusters', { name: 'rac' });
  const { answer } = (await call('GET', 'clusters', {})) as unknown as { answer: { result: { id: number }[] } };
  await call('POST', `clusters/${answer.result[0]?.id}/luns`, { volume_id: data.id });
  expect(await words()).toEqual([`mapped: ${data.name} (${data.id}) to cluster rac, host db1`]);
});

test('names the path that a snapshot is exported as', async () => {
  const { archive, words, call } = await setUp();
  await call('POST', 'exports', { filesystem_id: archive.id, export_path: '/restore' });
  expect(await words()).toEqual([`exported: ${archive.name} (${archive.id}) as /restore`]);
});

test('names the children of a snapshot', async () => {
  const { simulated, data, words } = await setUp();
  simulated.addSnapshot({ parentId: data.id, name: 'clone of ann', createdAt: now });
  expect(await words()).toEqual([`children: ${data.name} (${data.id}) has clone of ann`]);
});

test('names the replica that a snapshot takes part in', async () => {
  const { simulated, data, words } = await setUp();
  const id = simulated.replicate(data.id);
  expect(await words()).toEqual([`replicated: ${data.name} (${data.id}) by replica ${id} (source, async)`]);
});

test('says until when a snapshot is locked, and not after that', async () => {
  const { simulated, array, data, read, words } = await setUp();
  simulated.lock(data.id, new Date('2026-12-01T00:00:00Z'));
  expect(await words()).toEqual([`locked until 2026-12-01T00:00:00.000Z: ${data.name} (${data.id})`]);
  const set = await read();
  expect((await readVetoes([set], { array, now: new Date('2026-12-01T00:00:00Z') })).size).toBe(0);
});

test('holds although who is behind it could not be read', async () => {
  const { simulated, data, faults, words } = await setUp();
  simulated.map(data.id, 'db1');
  simulated.lock(data.id, new Date('2026-12-01T00:00:00Z'));
  faults.inject({ match: '/luns', action: { kind: 'refuse', status: 403 } });
  const [locked, mapped] = await words();
  expect(locked).toBe(`locked until 2026-12-01T00:00:00.000Z: ${data.name} (${data.id})`);
  expect(mapped).toMatch(/^mapped: \S+ \(\d+\) to a host \(by whom could not be read: .*injected fault\)$/);
});

test('says what it can of what holds a snapshot when no name is known', async () => {
  const { data, archive } = await setUp();
  const wordsOf = (snapshot: typeof data) => vetoesOnSnapshot(snapshot, now).map(formatVeto);
  expect(wordsOf({ ...data, isMapped: true, hasChildren: true, isReplicated: true })).toEqual([
    `mapped: ${data.name} (${data.id}) to a host`,
    `children: ${data.name} (${data.id}) has or its snapshot group has some`,
    `replicated: ${data.name} (${data.id}) as source, target or base`,
  ]);
  expect(wordsOf({ ...archive, isMapped: true })).toEqual([`exported: ${archive.name} (${archive.id}) to hosts`]);
});

test('a filesystem snapshot that is mapped like a volume is held by both', async () => {
  const { archive } = await setUp();
  const use: SnapshotUse = { mappedTo: ['host db1'], exportedAs: ['/restore'], children: [], replicas: [] };
  expect(vetoesOnSnapshot({ ...archive, isMapped: true }, now, use).map(({ kind }) => kind)).toEqual([
    'mapped',
    'exported',
  ]);
});

test('a run at work is named in words', () => {
  expect(formatVeto({ kind: 'in-flight', object: 'set' })).toBe('its run may still be at work: set');
});

test('five names are all given', async () => {
  const { data } = await setUp();
  const use: SnapshotUse = { mappedTo: [], exportedAs: [], children: ['a', 'b', 'c', 'd', 'e'], replicas: [] };
  const [veto] = vetoesOnSnapshot({ ...data, hasChildren: true }, now, use);
  expect(veto?.object).toMatch(/has a, b, c, d, e$/);
});

test('many names are cut, with their number', async () => {
  const { data } = await setUp();
  const children = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const use: SnapshotUse = { mappedTo: [], exportedAs: [], children, replicas: [] };
  const [veto] = vetoesOnSnapshot({ ...data, hasChildren: true }, now, use);
  expect(veto?.object).toMatch(/has a, b, c, d, e and 2 more$/);
});

test('a set is held by a pin in force, by a run at work, and by its members', async () => {
  const { read } = await setUp();
  const set = await read();
  const pin = { by: 'ann', reason: 'audit', until: new Date('2026-12-01T00:00:00Z'), at: now };
  expect(vetoesOnSet({ ...set, pin, isPinned: true }, now).map(formatVeto)).toEqual([
    `pinned by ann until 2026-12-01T00:00:00.000Z: ${set.id} (audit)`,
  ]);
  const members = set.members.map((member) => ({ ...member, snapshot: { ...member.snapshot, isMapped: true } }));
  expect(vetoesOnSet({ ...set, state: 'in-flight', members, isPinned: true }, now).map(({ kind }) => kind)).toEqual([
    'pinned',
    'in-flight',
    'mapped',
    'exported',
  ]);
  expect(vetoesOnSet({ ...set, pin: { ...pin, until: now }, isPinned: true }, now)).toEqual([]);
  expect(
    vetoesOnSet({ ...set, pin: { ...pin, until: undefined, by: undefined, reason: undefined }, isPinned: true }, now),
  ).toEqual([{ kind: 'pinned', object: set.id }]);
});
