import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeCoverage } from './coverage.js';
import { arrayWith, defaultRules, serialOf, targetOf } from './coverage.test.fixture.js';
import type { Answer } from './host/answer.js';
import { parseHost } from './host/parse-host.js';

const output = (text: string): Answer => ({ kind: 'output', text });

const volumeIds = [1, 2, 3, 4, 5, 6];
/** What a disk of the layout is: a volume of the array, one of another array, or a disk of the host. */
type Origin = number | 'other array' | 'local';
const origin: fc.Arbitrary<Origin> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...volumeIds) },
  { weight: 1, arbitrary: fc.constantFrom('other array' as const, 'local' as const) },
);
/** One place of a data file, and what it lies on. */
const spot = fc.record({
  kind: fc.constantFrom('file system' as const, 'device' as const, 'asm' as const),
  isMultipath: fc.boolean(),
  hasLvm: fc.boolean(),
  on: fc.uniqueArray(origin, { minLength: 1, maxLength: 3 }),
});
type Spot = typeof spot extends fc.Arbitrary<infer Value> ? Value : never;

const identityOf = (of: Origin, index: number): string => {
  if (of === 'local') return `naa.5002538e${index.toString(16).padStart(8, '0')}`;
  return of === 'other array' ? `naa.6${serialOf(index, 5678)}` : `naa.6${serialOf(of)}`;
};

/** The layout as the commands of a host would print it, and as the database knows it. */
const buildLayout = (spots: readonly Spot[]) => {
  const top: object[] = [];
  const sysfs: string[] = [];
  const stat: string[] = [];
  const links = new Map<string, Answer>();
  const mounts: object[] = [];
  const asmGroups: { name: string; disks: string[] }[] = [];
  let disks = 0;
  const paths = spots.map(({ kind, isMultipath, hasLvm, on }, spotIndex) => {
    const used = hasLvm || kind === 'asm' ? on : on.slice(0, 1);
    const logical = {
      kname: `dm-${1000 + spotIndex}`,
      name: `vg${spotIndex}-lv`,
      type: 'lvm',
      'maj:min': `253:${1000 + spotIndex}`,
    };
    const devices = used.map((of) => {
      disks += 1;
      const name = `sd${disks}`;
      const children = kind !== 'asm' && hasLvm ? [logical] : [];
      sysfs.push(`/sys/block/${name}/device/wwid:${identityOf(of, disks)}`);
      const multipath = {
        kname: `dm-${disks}`,
        name: `mp${disks}`,
        type: 'mpath',
        'maj:min': `253:${disks}`,
        children,
      };
      top.push({
        kname: name,
        name,
        type: 'disk',
        'maj:min': `8:${disks}`,
        children: isMultipath ? [multipath] : children,
      });
      return isMultipath
        ? { path: `/dev/mapper/mp${disks}`, major: 253, minor: disks }
        : { path: `/dev/${name}`, major: 8, minor: disks };
    });
    const noteDevice = (path: string, major: number, minor: number): string => {
      links.set(path, output(`${path}\n`));
      stat.push(`61b0 5 ${major.toString(16)} ${minor.toString(16)} ${path}\0`);
      return path;
    };
    const [first] = devices;
    const [major, minor] = hasLvm || first === undefined ? [253, 1000 + spotIndex] : [first.major, first.minor];
    if (kind === 'asm') {
      asmGroups.push({
        name: `G${spotIndex}`,
        disks: devices.map((each) => noteDevice(each.path, each.major, each.minor)),
      });
      return { path: `+G${spotIndex}/x/a.1`, used };
    }
    if (kind === 'device') return { path: noteDevice(`/dev/data${spotIndex}`, major, minor), used };
    const path = `/u${spotIndex}/a.dbf`;
    links.set(path, output(`${path}\n`));
    const number = (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);
    stat.push(`81a0 ${number} 0 0 ${path}\0`);
    mounts.push({
      target: `/u${spotIndex}`,
      source: 'x',
      fstype: 'xfs',
      'maj:min': `${major}:${minor}`,
      fsroot: '/',
      options: 'rw',
    });
    return { path, used };
  });
  const host = parseHost({
    host: 'db1',
    takenAt: new Date('2026-03-01T12:00:00Z'),
    paths: paths.map(({ path }) => path).filter((path) => !path.startsWith('+')),
    asmDisks: asmGroups.flatMap((group) => group.disks),
    realPaths: links,
    stat: output(stat.join('')),
    findmnt: output(JSON.stringify({ filesystems: mounts })),
    lsblk: output(JSON.stringify({ blockdevices: top })),
    sysfs: output(sysfs.join('\n')),
    slaves: output(''),
    idLinks: output(''),
    multipath: output(''),
    physicalVolumes: output(''),
    rawBindings: output(''),
    asm: { queriedDisks: new Map(), filteredDisks: output(''), filterFiles: output('') },
    oranfstabs: [],
  });
  return { host, paths, asmGroups };
};

const judge = ({ host, paths, asmGroups }: ReturnType<typeof buildLayout>, target: readonly number[]) =>
  judgeCoverage(
    {
      host,
      database: { files: paths.map(({ path }) => ({ kind: 'data-file', path })), asmGroups },
      array: arrayWith(volumeIds),
      targets: { data: targetOf(target), archive: undefined },
      others: [],
    },
    defaultRules,
  );

const layouts = fc.array(spot, { minLength: 1, maxLength: 6 }).map(buildLayout);
const targets = fc.subarray(volumeIds, { minLength: 1 });

describe('for any layout', () => {
  it('a data file is covered exactly when every volume that holds a part of it is in the target', () => {
    fc.assert(
      fc.property(layouts, targets, (layout, target) => {
        const { files } = judge(layout, target);
        expect(files.map(({ verdict }) => verdict)).toEqual(
          layout.paths.map(({ used }) =>
            used.every((of) => typeof of === 'number' && target.includes(of)) ? 'covered' : 'uncovered',
          ),
        );
      }),
    );
  });

  it('taking away any volume that holds a part of a data file is an error', () => {
    fc.assert(
      fc.property(layouts, (layout) => {
        const volumes = new Set(layout.paths.flatMap(({ used }) => used.filter((of) => typeof of === 'number')));
        for (const volume of volumes) {
          const { state, findings } = judge(
            layout,
            volumeIds.filter((id) => id !== volume),
          );
          expect(state).toBe('unknown');
          expect(findings.filter(({ level, code }) => level === 'error' && code === 'uncovered')).not.toEqual([]);
        }
      }),
    );
  });
});
