import { describe, expect, test } from 'vitest';
import type { DatabaseStatus, Datafile, Dataset } from '../ports.js';
import { judgePreflight, type PreflightFacts } from './preflight.js';
import { type BackupRequest, backupSettings } from './request.js';

const now = new Date('2026-11-24T12:00:00Z');
const database: DatabaseStatus = {
  dbid: '1',
  name: 'ORCL',
  uniqueName: 'ORCL',
  version: '19.0.0.0.0',
  logMode: 'ARCHIVELOG',
  openMode: 'READ WRITE',
  role: 'PRIMARY',
  isContainerDatabase: false,
  currentScn: 1000n,
  resetlogsScn: 1n,
  isForceLogging: true,
  time: now,
  instances: [{ number: 1, name: 'ORCL1', hostName: 'db1', status: 'OPEN', archiver: 'STARTED' }],
  threads: [{ number: 1, isOpen: true, isEnabled: true }],
  containers: [],
  archiveDestinations: [{ id: 1, status: 'VALID', destination: '/arch', target: 'LOCAL', error: undefined }],
  recoveryAreaFreeBytes: undefined,
  isRmanRunning: false,
};
const file: Datafile = {
  number: 1,
  path: '/data/system01.dbf',
  containerId: 0,
  status: 'SYSTEM',
  enabled: 'READ WRITE',
  creationScn: 1n,
  unrecoverableScn: 0n,
  sizeBytes: 1n,
};
const targetOf = (name: string) => ({
  kind: 'volumes' as const,
  names: [name],
  members: [{ id: name.length, name, type: 'volume', kind: 'master' } as Dataset],
});
const good: PreflightFacts = {
  array: { name: 'ibox1', serial: '20040', version: '7.3', time: now },
  database,
  datafiles: [file],
  targets: { data: targetOf('v'), archive: targetOf('archive') },
  now,
};
const request: BackupRequest = {
  ...backupSettings.parse({
    targets: { data: { volumes: ['v'] }, archive: { volumes: ['archive'] } },
    restoreMaterial: '/arch',
  }),
  database: 'ORCL',
  zone: 'utc',
};
const codes = (level: string, facts: PreflightFacts, asked = request) =>
  judgePreflight(asked, facts)
    .filter((finding) => finding.level === level)
    .map(({ code }) => code);

test('nothing blocks a database and an array in order; that coverage is only declared is said', () => {
  expect(codes('blocking', good)).toEqual([]);
  expect(codes('warning', good)).toEqual(['coverage-declared']);
});

describe('a container database', () => {
  const containers = [
    { id: 2, name: 'PDB$SEED', openMode: 'READ ONLY' },
    { id: 3, name: 'PDB1', openMode: 'READ WRITE' },
  ];
  const inRoot = { ...good, database: { ...database, isContainerDatabase: true, containers } };
  const files = [1, 2, 3].map((containerId) => ({ ...file, number: containerId, containerId }));

  test('is in order when root, seed and every PDB are seen', () => {
    expect(codes('blocking', { ...inRoot, datafiles: files })).toEqual([]);
  });

  test('of which a PDB hides its files blocks', () => {
    expect(codes('blocking', { ...inRoot, datafiles: files.slice(0, 2) })).toEqual(['container-hidden']);
  });

  test('seen from inside a PDB blocks', () => {
    const inside = { ...inRoot.database, containers: containers.slice(1) };
    expect(codes('blocking', { ...inRoot, database: inside, datafiles: files.slice(2) })).toEqual(['not-in-root']);
  });
});

describe('it blocks that', () => {
  const status = (change: Partial<DatabaseStatus>): PreflightFacts => ({
    ...good,
    database: { ...database, ...change },
  });
  const [instance] = database.instances;
  const [destination] = database.archiveDestinations;
  if (instance === undefined || destination === undefined) throw new Error('one of each');
  test.each<[string, PreflightFacts]>([
    ['not-archivelog', status({ logMode: 'MANUAL' })],
    ['not-open', status({ openMode: 'MOUNTED' })],
    ['not-primary', status({ role: 'PHYSICAL STANDBY' })],
    ['archiver-not-started', status({ instances: [instance, { ...instance, archiver: 'FAILED' }] })],
    ['archive-destination', status({ archiveDestinations: [{ ...destination, status: 'FULL', error: 'ORA-19809' }] })],
    ['archive-destination', status({ archiveDestinations: [{ ...destination, status: 'DISABLED' }] })],
    ['recovery-area-full', status({ recoveryAreaFreeBytes: 0n })],
    ['rman-running', status({ isRmanRunning: true })],
    ['not-in-root', status({ isContainerDatabase: true })],
    ['file-offline', { ...good, datafiles: [file, { ...file, number: 2, status: 'RECOVER' }] }],
    ['no-data-files', { ...good, datafiles: [{ ...file, enabled: 'READ ONLY' }] }],
    ['volume-missing', { ...good, targets: { ...good.targets, data: { ...targetOf('v'), members: [] } } }],
  ])('%s', (code, facts) => {
    expect(codes('blocking', facts)).toEqual([code]);
  });
});

describe('it warns of', () => {
  test.each<[string, PreflightFacts, BackupRequest]>([
    ['not-force-logging', { ...good, database: { ...database, isForceLogging: false } }, request],
    ['clock-difference', { ...good, database: { ...database, time: new Date(now.getTime() + 61_000) } }, request],
    ['clock-difference', { ...good, array: { ...good.array, time: new Date(now.getTime() - 61_000) } }, request],
    ['archived-logs-not-captured', good, { ...request, targets: { ...request.targets, archive: undefined } }],
    ['no-restore-material', good, { ...request, restoreMaterial: undefined }],
  ])('%s, and does not block', (code, facts, asked) => {
    expect(codes('warning', facts, asked)).toContain(code);
    expect(codes('blocking', facts, asked)).toEqual([]);
  });

  const [local] = database.archiveDestinations;
  const faulty = { id: 2, status: 'ERROR', destination: 'standby', target: 'STANDBY', error: 'ORA-12541' };
  test.each([
    ['of another host', faulty],
    ['of this host, beside one that works', { ...faulty, target: 'LOCAL' }],
  ])('an archive destination at fault %s', (_, destination) => {
    const archiveDestinations = [...(local === undefined ? [] : [local]), destination];
    const facts = { ...good, database: { ...database, archiveDestinations } };
    expect(codes('warning', facts)).toContain('archive-destination');
    expect(codes('blocking', facts)).toEqual([]);
  });

  test('no clock when the array does not tell its time', () => {
    expect(codes('warning', { ...good, array: { ...good.array, time: undefined } })).toEqual(['coverage-declared']);
  });
});
