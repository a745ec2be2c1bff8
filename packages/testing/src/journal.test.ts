import { expect, test } from 'vitest';
import { createDisk, mountDisks } from './disk.js';
import { createFaults } from './faults.js';
import { createJournal, firstOutOfOrder } from './journal.js';
import { createVirtualClock } from './virtual-clock.js';

const newJournal = () => createJournal(createVirtualClock(0));
const call = (what: string) => ({ side: 'array' as const, what, detail: {} });

test('entries are numbered in the order of arrival, and get their outcome when they are done', () => {
  const journal = newJournal();
  const first = journal.open(call('GET /a'));
  journal.open(call('GET /b'));
  journal.close(first, '200');
  expect(journal.entries.map(({ n, what, outcome }) => [n, what, outcome])).toEqual([
    [1, 'GET /a', '200'],
    [2, 'GET /b', undefined],
  ]);
});

test('a hold keeps matching calls where it says, until it is released', async () => {
  const journal = newJournal();
  journal.hold({ match: 'get /a', when: 'before' });
  const entry = journal.open(call('GET /a/1'));
  await journal.passHold(entry, 'after');
  const passed = journal.passHold(entry, 'before').then(() => 'passed');
  expect((await journal.waitFor(({ held }) => held === 'before')).n).toBe(1);
  journal.release('get /a');
  expect(await passed).toBe('passed');
  expect(entry.held).toBeUndefined();
});

test('a hold of every call lets the first ones pass', async () => {
  const journal = newJournal();
  journal.hold({ match: '', when: 'before', skip: 1 });
  await journal.passHold(journal.open(call('GET /a')), 'before');
  const second = journal.open(call('GET /b'));
  void journal.passHold(second, 'before');
  expect(second.held).toBe('before');
});

test('waiting for an entry ends when it comes, or at once when it is there', async () => {
  const journal = newJournal();
  const waiting = journal.waitFor(({ what }) => what === 'GET /b');
  journal.open(call('GET /a'));
  journal.open(call('GET /b'));
  expect((await waiting).n).toBe(2);
  expect((await journal.waitFor(({ n }) => n === 1)).what).toBe('GET /a');
});

test('the first pattern that is out of order is named', () => {
  const journal = newJournal();
  for (const what of ['BEGIN', 'snapshot', 'END', 'BEGIN']) journal.open(call(what));
  expect(firstOutOfOrder(journal.entries, [/BEGIN/, /END/, /BEGIN/])).toBeUndefined();
  expect(firstOutOfOrder(journal.entries, [/END/, /snapshot/])).toEqual(/snapshot/);
});

test('a fault lets calls pass, meets as many as it says, and is used up', () => {
  const faults = createFaults();
  faults.inject({ match: 'POST', skip: 1, times: 2, action: { kind: 'refuse', status: 500 } });
  const taken = ['POST /a', 'GET /a', 'post /b', 'POST /c', 'POST /d'].map((what) => faults.take(what)?.kind);
  expect(taken).toEqual([undefined, undefined, 'refuse', 'refuse', undefined]);
});

test('a fault that makes no sense is refused', () => {
  const action = { kind: 'refuse' as const, status: 200 };
  expect(() => createFaults().inject({ match: 'x', action })).toThrow(/status/);
});

test('a path belongs to the longest mount point it lies below', () => {
  const [root, inner] = [createDisk(), createDisk()];
  const disk = mountDisks({ '/u02': root, '/u02/data': inner });
  disk.write('/u02/data/a', 1);
  disk.write('/u02/database', 2);
  expect([inner.paths(), root.paths()]).toEqual([['/u02/data/a'], ['/u02/database']]);
  disk.remove('/u02/data/a');
  expect(disk.read('/u02/data/a')).toBeUndefined();
  expect(() => disk.read('/u03/x')).toThrow(/no mount point/);
});

test('a virtual clock fires what falls due, in order, and nothing that was cancelled', async () => {
  const clock = createVirtualClock(1000);
  const fired: [string, number][] = [];
  clock.setTimeout(() => fired.push(['late', clock.now()]), 200);
  clock.setTimeout(() => {
    fired.push(['early', clock.now()]);
    clock.setTimeout(() => fired.push(['then', clock.now()]), 50);
  }, 100);
  clock.setTimeout(() => fired.push(['never', clock.now()]), 150)();
  await clock.advance(200);
  expect(fired).toEqual([
    ['early', 1100],
    ['then', 1150],
    ['late', 1200],
  ]);
});

test('chance on a virtual clock follows from the seed', () => {
  const draw = (seed: number) => {
    const clock = createVirtualClock(0, seed);
    return [clock.random(), clock.random(), clock.random()];
  };
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
  expect(draw(3).every((value) => value >= 0 && value < 1)).toBe(true);
});
