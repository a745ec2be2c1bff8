import { expect, test } from 'vitest';
import type { Clock } from './clock.js';
import { InfiniboxConnectionError } from './errors.js';
import {
  connect,
  failure,
  failureOf,
  type SeenRequest,
  serve,
  success,
  wireVolume,
} from './fixtures/array-server.test.fixture.js';
import { createGroup, type Simulation, simulate } from './fixtures/simulated-array.test.fixture.js';
import { createSettle } from './settle.js';

/** Pauses are over at once, limits are never reached. */
const clock: Clock = {
  now: () => 1_700_000_000_000,
  random: () => 0,
  setTimeout: (callback, delayMs) => {
    if (delayMs < 30_000) queueMicrotask(callback);
    return () => undefined;
  },
};
const lostAnswer = 'look-up';

const addVolumes = ({ array }: Simulation, count: number): number[] =>
  Array.from({ length: count }, (_, at) => array.addVolume({ name: `v${at}`, sizeBytes: 10_737_418_240 }));

/** How many snapshots of this volume there are. */
const countSnapshots = (simulation: Simulation, parent_id: number): Promise<number> =>
  connect(simulation).volumes.count({ parent_id });

test('finds the one snapshot that was made when the answer was lost', async () => {
  const simulation = await simulate();
  const [parent_id = 0] = addVolumes(simulation, 1);
  simulation.faults.inject({ match: 'POST /api/rest/volumes', action: { kind: 'reset', when: 'after' } });
  const { volumes } = connect(simulation, { clock });
  const made = await volumes.snapshot({ parent_id, name: 's' }, { lostAnswer });
  expect(made).toMatchObject({ name: 's', parent_id, type: 'SNAPSHOT' });
  expect(await countSnapshots(simulation, parent_id)).toBe(1);
});

test('finds all snapshots of a group whose answer was lost, in the order asked', async () => {
  const simulation = await simulate();
  const entities = addVolumes(simulation, 3).toReversed();
  const [first = 0] = entities;
  simulation.array.addSnapshot({ parentId: first, name: 'p_old_s', createdAt: new Date(1_600_000_000_000) });
  const { volumes } = connect(simulation, { clock });
  const affixes = [
    { snap_prefix: 'p_', snap_suffix: '_s' },
    { snap_prefix: '', snap_suffix: '_t' },
    { snap_prefix: 'q_' },
  ];
  for (const [at, affix] of affixes.entries()) {
    simulation.faults.inject({ match: 'group_snapshot', action: { kind: 'reset', when: 'after' } });
    const made = await volumes.groupSnapshot({ entities, ...affix }, { lostAnswer });
    expect(made.map(({ parent_id }) => parent_id)).toEqual(entities);
    expect(await countSnapshots(simulation, first)).toBe(at + 2);
  }
});

test('finds the snapshot of a filesystem', async () => {
  const simulation = await simulate();
  const parent_id = simulation.array.addFilesystem({ name: 'fs', sizeBytes: 10_737_418_240 });
  simulation.faults.inject({ match: 'POST /api/rest/filesystems', action: { kind: 'reset', when: 'after' } });
  const { filesystems } = connect(simulation, { clock });
  await expect(filesystems.snapshot({ parent_id, name: 's' }, { lostAnswer })).resolves.toMatchObject({ parent_id });
});

test('finds a snapshot group and its members', async () => {
  const simulation = await simulate();
  const members = addVolumes(simulation, 2);
  const parent_id = await createGroup(simulation, 'cg', members);
  simulation.faults.inject({ match: 'POST /api/rest/cgs', action: { kind: 'reset', when: 'after' } });
  const { snapshotGroups } = connect(simulation, { clock });
  const made = await snapshotGroups.create({ parent_id, name: 'sg', snap_prefix: 'p_' }, { lostAnswer });
  expect(made.group).toMatchObject({ name: 'sg', parent_id });
  expect(made.members.map((member) => member.parent_id)).toEqual(members);
  expect(await snapshotGroups.count()).toBe(1);
});

test('says that the outcome is unknown when nothing is found, and sends nothing twice', async () => {
  const simulation = await simulate();
  const [parent_id = 0] = addVolumes(simulation, 1);
  simulation.faults.inject({ match: 'POST /api/rest/volumes', action: { kind: 'reset', when: 'before' } });
  const { volumes } = connect(simulation, { clock });
  const error = await failureOf(volumes.snapshot({ parent_id, name: 's' }, { lostAnswer }));
  expect(error).toMatchObject({
    name: 'InfiniboxOutcomeUnknownError',
    code: 'INFINIBOX_OUTCOME_UNKNOWN',
    outcome: 'unknown',
    found: [],
    hint: 'Look for the names later: what was asked for may still be made.',
    cause: { name: 'InfiniboxConnectionError' },
  });
  expect(simulation.calls().filter((call) => call.startsWith('POST'))).toHaveLength(1);
  expect(await countSnapshots(simulation, parent_id)).toBe(0);
});

const snapshotOf = (id: number, parent_id: number, created_at = 7) =>
  wireVolume({ id, name: `p_${parent_id}`, type: 'SNAPSHOT', parent_id, created_at });

/** Loses the answer of the write; the reads before and after give these volumes. */
const losing = (before: readonly unknown[], after: readonly unknown[]) => {
  let isSent = false;
  return serve(({ method }: SeenRequest) => {
    if (method === 'GET') return success(isSent ? after : before);
    isSent = true;
    return 'reset';
  });
};
const group = { entities: [1, 2], snap_prefix: 'p_' };

test.each([
  ['a member is missing', [snapshotOf(11, 1)], [11]],
  ['the members were not cut at one instant', [snapshotOf(11, 1, 7), snapshotOf(12, 2, 1_007)], [11, 12]],
  ['a member is there twice', [snapshotOf(11, 1), snapshotOf(12, 2), snapshotOf(13, 2)], [11, 12, 13]],
  ['the snapshots are of other volumes', [snapshotOf(11, 1), snapshotOf(13, 3)], [11, 13]],
])('does not take what it finds for the group when %s', async (_, after, found) => {
  const { volumes } = connect(await losing([], after), { clock });
  expect(await failureOf(volumes.groupSnapshot(group, { lostAnswer }))).toMatchObject({
    code: 'INFINIBOX_OUTCOME_UNKNOWN',
    found,
  });
});

test('does not take for its own what was there before', async () => {
  const old = [snapshotOf(11, 1), snapshotOf(12, 2)];
  const { volumes } = connect(await losing(old, old), { clock });
  expect(await failureOf(volumes.groupSnapshot(group, { lostAnswer }))).toMatchObject({ found: [] });
  const single = volumes.snapshot({ parent_id: 1, name: 'p_1' }, { lostAnswer });
  expect(await failureOf(single)).toMatchObject({ found: [] });
});

test('finds what takes effect only after the connection broke', async () => {
  let reads = 0;
  const server = await serve(({ method }) => {
    if (method !== 'GET') return 'reset';
    reads += 1;
    return success(reads > 3 ? [snapshotOf(11, 1)] : []);
  });
  const { volumes } = connect(server, { clock });
  await expect(volumes.snapshot({ parent_id: 1, name: 'p_1' }, { lostAnswer })).resolves.toMatchObject({ id: 11 });
});

test('says why it could not look', async () => {
  const server = await serve(({ method }, number) =>
    method !== 'GET' ? 'reset' : number === 1 ? success([]) : failure(403, 'USER_NOT_PERMITTED'),
  );
  const { volumes } = connect(server, { clock });
  expect(await failureOf(volumes.snapshot({ parent_id: 1, name: 'a' }, { lostAnswer }))).toMatchObject({
    message: expect.stringMatching(/outcome unknown: looking for what it makes failed \(GET .* 403.*, after POST /),
  });
});

test('stops looking when it is cancelled', async () => {
  const stopping = new AbortController();
  const server = await serve(({ method }) => (method === 'GET' ? success([]) : 'hang'));
  const { volumes } = connect(server, { clock });
  const options = { lostAnswer, signal: stopping.signal } as const;
  const writing = failureOf(volumes.snapshot({ parent_id: 1, name: 'a' }, options));
  await server.request(2);
  stopping.abort(new Error('SIGTERM'));
  expect(await writing).toMatchObject({
    code: 'INFINIBOX_OUTCOME_UNKNOWN',
    message: expect.stringContaining('SIGTERM'),
  });
  expect(server.seen).toHaveLength(2);
});

test('passes on a refusal, and what is not a failure of the array', async () => {
  const server = await serve(({ method }) => (method === 'GET' ? success([]) : failure(409, 'VOLUME_NAME_CONFLICT')));
  const { volumes } = connect(server, { clock });
  expect(await failureOf(volumes.snapshot({ parent_id: 1, name: 'a' }, { lostAnswer }))).toMatchObject({
    status: 409,
    outcome: 'refused',
  });
  const bug = new RangeError('a bug');
  const lost = new InfiniboxConnectionError({ method: 'POST', path: '/x' }, 'reset', { requestSent: true });
  let isSent = false;
  const settling = createSettle(clock)({
    call: lost,
    send: () => {
      isSent = true;
      return Promise.reject(lost);
    },
    look: async function* () {
      yield { id: 1 };
      if (isSent) throw bug;
    },
    recognise: () => undefined,
  });
  expect(await failureOf(settling)).toBe(bug);
});
