import { describe, expect, test } from 'vitest';
import type { Coverage } from '../coverage/coverage-report.js';
import type { Datafile } from '../ports.js';
import { manifestLines } from './manifest.js';

const datafile = (number: number, path: string, more: Partial<Datafile> = {}): Datafile => ({
  ...{ number, path, containerId: 0, status: 'ONLINE', enabled: 'READ WRITE' },
  ...{ creationScn: 1n, unrecoverableScn: 0n, sizeBytes: 1n },
  ...more,
});

const placed = (kind: Coverage['files'][number]['kind'], path: string, ids: readonly number[]) => ({
  ...{ kind, path, rule: 'ignore' as const, devices: [], targets: [], verdict: 'covered' as const, steps: [] },
  datasets: ids.map((id) => ({ id, name: `volume${id}` })),
});

const facts = {
  set: '20260724T020001Z-ORCL-1f3a9c',
  dbid: '1655327441',
  uniqueName: 'ORCL',
  beginScn: '15280596683192',
  endScn: '15280596683205',
  writtenAt: '2026-07-24T04:00:09.000+02:00',
  snapshots: [{ id: 11, name: 'orasync_data_x', role: 'data' as const, parentId: 1, parentName: 'volume1' }],
  datafiles: [
    datafile(1, '/u02/system01.dbf'),
    datafile(7, '/u02/größe "eins".dbf', { containerId: 3 }),
    datafile(9, '/old/archive.dbf', { status: 'OFFLINE' }),
  ],
  containers: [{ id: 3, name: 'SALES', openMode: 'READ WRITE' }],
  coverage: {
    state: 'proved',
    files: [
      placed('data-file', '/u02/system01.dbf', [1]),
      placed('data-file', '/u02/größe "eins".dbf', [1, 2]),
      placed('controlfile', '/u01/control01.ctl', []),
    ],
    targets: [],
    findings: [],
  } satisfies Coverage,
};

describe('the manifest of restore material', () => {
  test('is a JSON document that names set, snapshots and every file with the volumes that it lay on', () => {
    expect(JSON.parse(manifestLines(facts).join('\n'))).toEqual({
      v: 1,
      set: facts.set,
      dbid: '1655327441',
      uniqueName: 'ORCL',
      beginScn: '15280596683192',
      endScn: '15280596683205',
      writtenAt: '2026-07-24T04:00:09.000+02:00',
      snapshots: facts.snapshots,
      files: [
        { kind: 'data-file', number: 1, path: '/u02/system01.dbf', status: 'ONLINE', verdict: 'covered', on: [1] },
        {
          ...{ kind: 'data-file', number: 7, path: '/u02/größe "eins".dbf', status: 'ONLINE', container: 'SALES' },
          ...{ verdict: 'covered', on: [1, 2] },
        },
        { kind: 'data-file', number: 9, path: '/old/archive.dbf', status: 'OFFLINE', verdict: 'left-out', on: [] },
        { kind: 'controlfile', path: '/u01/control01.ctl', verdict: 'covered', on: [] },
      ],
    });
  });

  test('has a line for each snapshot and each file, in characters that every character set has', () => {
    const lines = manifestLines(facts);
    expect(lines).toHaveLength(10);
    expect(lines[6]).toContain('/u02/gr\\u00f6\\u00dfe');
    expect(lines.join('')).toMatch(/^[ -~]+$/);
  });

  test('has lines that UTL_FILE takes, even for a file on two thousand volumes', () => {
    const ids = Array.from({ length: 2000 }, (_, index) => 1_000_000 + index);
    const files = [placed('data-file', `/u02/${'ä'.repeat(250)}`, ids)];
    const lines = manifestLines({
      ...facts,
      datafiles: [datafile(1, files[0]?.path ?? '')],
      coverage: { ...facts.coverage, files },
    });
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(32_767);
  });
});
