import { beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../clock.js';
import { createFaults, type Faults } from '../faults.js';
import { createJournal, type Journal } from '../journal.js';
import { arrayPort } from './port.js';
import type { ArrayPort } from './port-words.js';
import { createSimulatedArray, type SimulatedArray } from './simulated-array.js';

let array: SimulatedArray;
let journal: Journal;
let faults: Faults;
let port: ArrayPort;
let volumes: { id: number; name: string }[];
let calls: number;

beforeEach(() => {
  journal = createJournal(systemClock);
  faults = createFaults();
  calls = 0;
  array = createSimulatedArray({
    clock: systemClock,
    journal,
    faults,
    onCall: () => {
      calls += 1;
    },
    username: 'admin',
    password: 'not-a-password',
  });
  volumes = ['data01', 'data02'].map((name) => ({ name, id: array.addVolume({ name, sizeBytes: 1 }) }));
  port = arrayPort(array);
});

const patient = () => ({ signal: new AbortController().signal });
/** What an administrator does meanwhile. */
const post = (path: string, body: object, method = 'POST') =>
  array.call({
    method,
    path,
    query: new URLSearchParams({ approved: 'true' }),
    bodyText: JSON.stringify(body),
    caller: 'trusted',
  });
const whats = () => journal.entries.map(({ what, outcome }) => `${what} ${outcome}`);

describe('the array’s port', () => {
  it('leaves the same journal as REST would, setup calls none', async () => {
    await port.createSnapshots({ kind: 'volumes', name: 'one', parents: volumes.slice(0, 1) }, patient());
    const made = await port.createSnapshots({ kind: 'volumes', name: 'two', parents: volumes }, patient());
    await port.writeLabels(made[0]?.id ?? 0, { 'orasync.set': '{}' });
    await port.removeLabel(made[0]?.id ?? 0, 'orasync.set');
    expect(whats()).toEqual([
      'POST /api/rest/volumes 201',
      'POST /api/rest/volumes/group_snapshot 201',
      'PUT /api/rest/metadata/1005 200',
      'DELETE /api/rest/metadata/1005/orasync.set 403',
      'DELETE /api/rest/metadata/1005/orasync.set 200',
    ]);
    expect(journal.entries[1]?.detail).toEqual({
      query: {},
      body: { entities: [{ id: 1002 }, { id: 1003 }], snap_prefix: 'two_' },
    });
    expect(journal.entries[2]?.detail).toEqual({ query: {}, body: { 'orasync.set': '{}' } });
    expect(calls).toBe(5);
  });

  it('approves a deletion only on the plain demand', async () => {
    const parentId = array.addSnapshot({ parentId: 1002, name: 'parent', createdAt: new Date(0) });
    const child = array.addSnapshot({ parentId, name: 'child', createdAt: new Date(0) });
    await expect(port.deleteSnapshot(parentId)).rejects.toMatchObject({
      outcome: 'refused',
      status: 403,
      apiCode: 'APPROVAL_REQUIRED_VOLUME_HAS_CHILDREN',
    });
    await port.deleteSnapshot(child);
    await port.deleteSnapshot(parentId);
    expect((await port.listSnapshotsNamed('')).length).toBe(0);
    expect(journal.entries.filter(({ detail }) => JSON.stringify(detail).includes('approved'))).toHaveLength(2);
  });

  it('shows what keeps a snapshot from being deleted', async () => {
    const id = array.addSnapshot({ parentId: 1002, name: 's', createdAt: new Date(5), isPolicyMade: true });
    const until = new Date(array.now() + 60_000);
    array.lock(id, until);
    array.map(id, 'db1');
    array.map(1002, 'db1');
    array.addSnapshot({ parentId: id, name: 'below', createdAt: new Date(6) });
    expect(await port.findDataset(id)).toEqual({
      ...{ id, name: 's', type: 'volume', kind: 'snapshot', parentId: 1002, groupId: undefined, depth: 1 },
      ...{ createdAt: new Date(5), isWriteProtected: true },
      ...{ isMapped: true, hasChildren: true, lockExpiresAt: until, isPolicyMade: true, isReplicated: false },
    });
  });

  it('shows what keeps a filesystem snapshot from being deleted', async () => {
    const id = array.addSnapshot({
      parentId: array.addFilesystem({ name: 'fs', sizeBytes: 1 }),
      name: 'fs_snap',
      createdAt: new Date(5),
    });
    expect(await port.findDataset(id)).toMatchObject({ type: 'filesystem', kind: 'snapshot', isMapped: false });
    await post('/api/rest/exports', { filesystem_id: id, export_path: '/fs' });
    expect(await port.findDataset(id)).toMatchObject({ isMapped: true });
  });

  it('shows the lock of a snapshot group on its members', async () => {
    const group = { id: array.addGroup({ name: 'cg', members: volumes.map(({ id }) => id) }), name: 'cg' };
    const request = { kind: 'consistency-group', name: 'sg', group, parents: volumes } as const;
    const [member] = await port.createSnapshots(request, patient());
    const [found] = await port.findGroups('sg');
    expect(found).toMatchObject({ kind: 'snapshot', parentId: group.id });
    expect(await port.findDataset(member?.id ?? 0)).toMatchObject({ groupId: found?.id, lockExpiresAt: undefined });
    const until = array.now() + 60_000;
    await post(`/api/rest/cgs/${found?.id}`, { lock_expires_at: until }, 'PUT');
    expect(await port.findDataset(member?.id ?? 0)).toMatchObject({ lockExpiresAt: new Date(until) });
    await expect(port.deleteSnapshot(member?.id ?? 0)).rejects.toMatchObject({ outcome: 'refused' });
  });

  it('finds a group without members', async () => {
    const id = array.addGroup({ name: 'empty', members: [] });
    expect(await port.findGroups('empty')).toEqual([
      { id, name: 'empty', kind: 'master', parentId: undefined, members: [] },
    ]);
  });

  it('takes other members than expected for an unknown outcome', async () => {
    const group = { id: array.addGroup({ name: 'cg', members: volumes.map(({ id }) => id) }), name: 'cg' };
    const request = { kind: 'consistency-group', name: 'sg', group, parents: volumes.slice(1) } as const;
    await expect(port.createSnapshots(request, patient())).rejects.toMatchObject({ outcome: 'unknown' });
    expect(await port.findGroups('sg')).toHaveLength(1);
  });

  it('tells the clock of the array', async () => {
    array.skewClock(-86_400_000);
    const { name, serial, time } = await port.readIdentity();
    expect([name, serial]).toEqual(['box-simulated', '20040']);
    expect(array.now() - (time?.getTime() ?? 0)).toBeLessThan(60_000);
  });

  it('lists more than one page', async () => {
    for (let n = 0; n < 1001; n += 1) array.addSnapshot({ parentId: 1002, name: `s${n}`, createdAt: new Date(n) });
    expect(await port.listSnapshotsNamed('s')).toHaveLength(1001);
  });

  it('knows no label of the system', async () => {
    array.setMetadata(1002, { k: 'v' });
    await array.call({
      method: 'PUT',
      path: '/api/rest/metadata/system',
      query: new URLSearchParams(),
      bodyText: '{"k":"of the system"}',
      caller: 'trusted',
    });
    expect(await port.listLabels('k')).toEqual([{ objectId: 1002, key: 'k', value: 'v' }]);
  });
});

describe('a failed call of the port', () => {
  it.each([
    [409, 'refused'],
    [503, 'unknown'],
  ] as const)('with status %i is %s', async (status, outcome) => {
    faults.inject({ match: 'system', action: { kind: 'refuse', status, code: 'WHY' } });
    await expect(port.readIdentity()).rejects.toMatchObject({ outcome, status, apiCode: 'WHY' });
  });

  it.each([
    { kind: 'reset', when: 'after' },
    { kind: 'garbage', body: '<html>' },
  ] as const)('with $kind for an answer is unknown', async (action) => {
    faults.inject({ match: 'group_snapshot', action });
    const call = port.createSnapshots({ kind: 'volumes', name: 's', parents: volumes }, patient());
    await expect(call).rejects.toMatchObject({ outcome: 'unknown', status: undefined });
    expect(await port.findDatasets('volume', ['s_data01'])).toHaveLength(action.kind === 'reset' ? 1 : 0);
  });

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('that hangs %s its effect ends with its signal, unknown', async (when, made) => {
    faults.inject({ match: 'group_snapshot', action: { kind: 'hang', when } });
    const patience = new AbortController();
    const call = port.createSnapshots({ kind: 'volumes', name: 's', parents: volumes }, patience);
    await journal.waitFor(({ what }) => what.includes('group_snapshot'));
    patience.abort();
    await expect(call).rejects.toMatchObject({ outcome: 'unknown' });
    await journal.waitFor(({ outcome }) => outcome === 'no answer');
    expect(await port.findDatasets('volume', ['s_data01'])).toHaveLength(made);
  });

  it('that was given up can still take effect later', async () => {
    journal.hold({ match: 'group_snapshot', when: 'before' });
    const patience = new AbortController();
    const call = port.createSnapshots({ kind: 'volumes', name: 's', parents: volumes }, patience);
    await journal.waitFor(({ held }) => held === 'before');
    patience.abort();
    await expect(call).rejects.toMatchObject({ outcome: 'unknown' });
    journal.release('group_snapshot');
    await journal.waitFor(({ outcome }) => outcome === '201');
    expect(await port.findDatasets('volume', ['s_data02'])).toHaveLength(1);
  });

  it('that was given up before it met a hang is over at once', async () => {
    journal.hold({ match: 'group_snapshot', when: 'before' });
    faults.inject({ match: 'group_snapshot', action: { kind: 'hang', when: 'before' } });
    const patience = new AbortController();
    const call = port.createSnapshots({ kind: 'volumes', name: 's', parents: volumes }, patience);
    patience.abort();
    await expect(call).rejects.toMatchObject({ outcome: 'unknown' });
    journal.release('group_snapshot');
    await journal.waitFor(({ outcome }) => outcome === 'no answer');
  });

  it('that was given up before it began is refused and was never sent', async () => {
    const call = port.createSnapshots(
      { kind: 'volumes', name: 's', parents: volumes },
      { signal: AbortSignal.abort() },
    );
    await expect(call).rejects.toMatchObject({ outcome: 'refused' });
    expect(journal.entries).toEqual([]);
  });

  it('fails loudly when the simulation itself is at fault', async () => {
    const call = array.call({
      method: 'GET',
      path: '/api/rest/volumes/%zz',
      query: new URLSearchParams(),
      bodyText: '',
      caller: 'trusted',
    });
    await expect(call).rejects.toThrow(URIError);
    expect(journal.entries[0]?.outcome).toContain('failed: URIError');
  });

  it('reports a missing object of a label as refused', async () => {
    await expect(port.writeLabels(4711, { k: 'v' })).rejects.toMatchObject({ outcome: 'refused', status: 404 });
    faults.inject({ match: 'DELETE', action: { kind: 'refuse', status: 500 } });
    await expect(port.removeLabel(1002, 'k')).rejects.toMatchObject({ outcome: 'unknown' });
  });
});
