import { describe, expect, it } from 'vitest';
import type { ArrayInventory } from './array-inventory.js';
import { arrayWith } from './coverage.test.fixture.js';
import { matchShare } from './match-share.js';

const exported = (id: number, exportPath: string): ArrayInventory['exports'][number] => ({
  exportPath,
  innerPath: '/',
  filesystem: { id, name: `fs${id}` },
});
const array = arrayWith([], { exports: [exported(1, '/ora'), exported(2, '/ora/data'), exported(3, '/')] });

const match = (path: string, server: string, addresses: readonly string[], of: ArrayInventory = array) =>
  matchShare(
    { kind: 'nfs', mount: '/u1', share: { server, addresses: [...addresses], export: path }, path: '/x/a.dbf' },
    of,
  );

describe('the filesystem behind a mount', () => {
  it('is that of the longest export which the path lies below', () => {
    expect(match('/ora/data', 'nas', ['10.0.0.1'])).toMatchObject({ kind: 'filesystem', id: 2 });
    expect(match('/ora/database', 'nas', ['10.0.0.1'])).toMatchObject({ id: 1 });
    expect(match('/other', '10.0.0.1', [])).toMatchObject({ id: 3 });
    expect(match('/', 'nas', ['10.0.0.1'])).toMatchObject({ id: 3 });
  });

  it('is on no other array that has an export of that name', () => {
    expect(match('/ora/data', 'nas', ['10.0.0.9'])).toEqual({
      kind: 'elsewhere',
      reason: 'nas:/ora/data is served by 10.0.0.9, which is not ibox1234',
    });
  });

  it('is not known by a name alone, nor by an address that may be spelled in two ways, nor without the addresses of the array, nor without the export', () => {
    expect(match('/ora/data', 'nas', []).kind).toBe('unknown');
    expect(match('/ora/data', 'nas', ['fd00::0:1']).kind).toBe('unknown');
    expect(match('/ora/data', 'nas', ['10.0.0.1'], { ...array, nasAddresses: undefined }).kind).toBe('unknown');
    expect(match('/ora/data', 'nas', ['10.0.0.1'], { ...array, exports: [] }).kind).toBe('unknown');
  });
});
