import { describe, expect, test } from 'vitest';
import type { DatabaseStatus, Datafile, Dataset, Known } from '../ports.js';
import { judgePreflight, type PreflightFacts } from './preflight.js';
import { type BackupRequest, backupSettings } from './request.js';

const now = new Date('2026-11-24T12:00:00Z');
const known = <Value>(value: Value): Known<Value> => ({ isKnown: true, value });
const notKnown = { isKnown: false, reason: 'V$X may not be read' } as const;
const destination = { id: 1, status: 'VALID', destination: '/arch', target: 'LOCAL', error: undefined };
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
  sessionContainer: undefined,
  seesAllContainers: known(true),
  archiveDestinations: known([destination]),
  recoveryAreaFreeBytes: known(undefined),
  isRmanRunning: known(false),
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

test('nothing speaks against a database and an array in order', () => {
  expect(codes('blocking', good)).toEqual([]);
  expect(codes('warning', good)).toEqual([]);
});

const status = (change: Partial<DatabaseStatus>): PreflightFacts => ({
  ...good,
  database: { ...database, ...change },
});

describe('a container database', () => {
  const containers = [
    { id: 2, name: 'PDB$SEED', openMode: 'READ ONLY' },
    { id: 3, name: 'PDB1', openMode: 'READ WRITE' },
  ];
  const root = { id: 1, name: 'CDB$ROOT' };
  const inRoot = { ...database, isContainerDatabase: true, containers, sessionContainer: root };
  const files = [1, 2, 3].map((containerId) => ({ ...file, number: containerId, containerId }));
  const seen = (change: Partial<DatabaseStatus>, datafiles: readonly Datafile[] = files) =>
    judgePreflight(request, { ...good, database: { ...inRoot, ...change }, datafiles }).filter(
      ({ level }) => level === 'blocking',
    );

  test('is in order when all of it is seen', () => {
    expect(seen({})).toEqual([]);
  });

  test('of which a PDB hides its files blocks, by its name', () => {
    expect(seen({ seesAllContainers: known(false) }, files.slice(0, 2))).toMatchObject([
      { code: 'container-hidden', message: expect.stringContaining('container PDB1') },
    ]);
  });

  test('whose PDBs are not even named blocks', () => {
    expect(seen({ seesAllContainers: known(false), containers: [] }, files.slice(0, 1))).toMatchObject([
      { code: 'container-hidden', message: expect.stringContaining('every container') },
    ]);
  });

  test('seen from inside a PDB blocks, with the name of that', () => {
    const inside = { sessionContainer: { id: 3, name: 'PDB1' }, containers: containers.slice(1) };
    expect(seen({ ...inside, seesAllContainers: known(false) }, files.slice(2))).toMatchObject([
      { code: 'not-in-root', message: expect.stringContaining('in container PDB1') },
    ]);
  });
});

describe('it blocks that', () => {
  const [instance] = database.instances;
  if (instance === undefined) throw new Error('there is one');
  test.each<[string, PreflightFacts]>([
    ['not-archivelog', status({ logMode: 'MANUAL' })],
    ['not-open', status({ openMode: 'MOUNTED' })],
    ['not-primary', status({ role: 'PHYSICAL STANDBY' })],
    ['archiver-not-started', status({ instances: [instance, { ...instance, archiver: 'FAILED' }] })],
    [
      'archive-destination',
      status({ archiveDestinations: known([{ ...destination, status: 'FULL', error: 'ORA-19809' }]) }),
    ],
    ['archive-destination', status({ archiveDestinations: known([{ ...destination, status: 'DISABLED' }]) })],
    ['recovery-area-full', status({ recoveryAreaFreeBytes: known(0n) })],
    ['rman-running', status({ isRmanRunning: known(true) })],
    ['container-hidden', status({ seesAllContainers: known(false) })],
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
    ['rman-unknown', status({ isRmanRunning: notKnown }), request],
    ['containers-unknown', status({ seesAllContainers: notKnown }), request],
    ['archive-destination-unknown', status({ archiveDestinations: notKnown }), request],
    ['recovery-area-unknown', status({ recoveryAreaFreeBytes: notKnown }), request],
  ])('%s, and does not block', (code, facts, asked) => {
    expect(codes('warning', facts, asked)).toContain(code);
    expect(codes('blocking', facts, asked)).toEqual([]);
  });

  const faulty = { id: 2, status: 'ERROR', destination: 'standby', target: 'STANDBY', error: 'ORA-12541' };
  test.each([
    ['of another host', faulty],
    ['of this host, beside one that works', { ...faulty, target: 'LOCAL' }],
  ])('an archive destination at fault %s', (_, other) => {
    const facts = status({ archiveDestinations: known([destination, other]) });
    expect(codes('warning', facts)).toContain('archive-destination');
    expect(codes('blocking', facts)).toEqual([]);
  });

  test('no clock when the array does not tell its time', () => {
    expect(codes('warning', { ...good, array: { ...good.array, time: undefined } })).toEqual([]);
  });
});
