import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { DatabaseConfig } from './config.js';
import { createDatabaseHost } from './database-host.js';

const takenAt = '2026-11-24T12:00:00Z';
const inventory = { v: 1, host: 'db1', takenAt, places: [], disks: [], volumeGroups: [], occupants: [], unread: [] };
const places = { paths: ['/'], asmDisks: [], hostNames: ['db1.example.com', 'db2'] };

type Inventory = DatabaseConfig['coverage']['inventory'];

const read = (source: Inventory, { now = Date.parse(takenAt), hostNames = places.hostNames } = {}) => {
  const coverage = { inventory: source } as DatabaseConfig['coverage'];
  return createDatabaseHost({ coverage }, { now: () => now }).readInventory({ ...places, hostNames });
};

const fileOf = (content: unknown): Inventory => {
  const directory = mkdtempSync(join(tmpdir(), 'orasync-host-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, 'inventory.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return { file, maxAge: 3_600_000 };
};

describe('an inventory from a file', () => {
  test('is what the host said', async () => {
    expect(await read(fileOf(inventory))).toEqual({ isKnown: true, value: inventory });
    expect(await read(fileOf({ ...inventory, host: 'DB2.example.com' }))).toMatchObject({ isKnown: true });
  });

  test.each<[string, unknown, { now?: number }, RegExp]>([
    ['too old', inventory, { now: Date.parse(takenAt) + 3_600_001 }, /older than 1h/],
    ['of a time to come', inventory, { now: Date.parse(takenAt) - 300_001 }, /yet to come/],
    [
      'of another host',
      { ...inventory, host: 'app1' },
      {},
      /is of host app1, and the database is on db1\.example\.com, db2/,
    ],
    ['of a later version', { ...inventory, v: 2 }, {}, /is no inventory of a host/],
    ['no JSON', '{', {}, /is no inventory of a host/],
  ])('says nothing when it is %s', async (_, content, options, reason) => {
    expect(await read(fileOf(content), options)).toMatchObject({
      isKnown: false,
      reason: expect.stringMatching(reason) as string,
    });
  });

  test('that is not there says nothing', async () => {
    expect(await read({ file: '/nowhere/x.json', maxAge: 1000 })).toEqual({
      isKnown: false,
      reason: 'the inventory /nowhere/x.json cannot be read (ENOENT)',
    });
  });
});

describe('an inventory from a command', () => {
  const print = (text: string): Inventory => ({
    command: [process.execPath, '-e', `process.stdout.write(${JSON.stringify(text)})`],
  });

  test('is what it prints', async () => {
    expect(await read(print(JSON.stringify(inventory)))).toEqual({ isKnown: true, value: inventory });
  });

  test.each<[string, Inventory, RegExp]>([
    ['prints something else', print('hello'), /is no inventory/],
    ['fails', { command: [process.execPath, '-e', 'process.exit(3)'] }, /failed \(3\)/],
    [
      'is not there',
      { command: ['/nowhere/ssh', 'db1'] },
      /command \/nowhere\/ssh, which prints the inventory, failed \(ENOENT\)/,
    ],
  ])('that %s says nothing', async (_, source, reason) => {
    expect(await read(source)).toMatchObject({ isKnown: false, reason: expect.stringMatching(reason) as string });
  });
});

describe('this host', () => {
  test('tells nothing when the database is on another one', async () => {
    expect(await read(undefined, { hostNames: ['no-such-host'] })).toEqual({
      isKnown: false,
      reason: `this host is ${hostname()}, and the database is on no-such-host`,
    });
  });

  test('is asked when the database is on it', async () => {
    const found = await read(undefined, { hostNames: [hostname()] });
    expect(found).toMatchObject({ isKnown: true, value: { host: hostname(), places: [{ asked: '/' }] } });
  });
});
