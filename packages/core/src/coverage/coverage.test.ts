import { describe, expect, it } from 'vitest';
import { judgeCoverage } from './coverage.js';
import {
  arrayWith,
  defaultRules,
  diskOf,
  factsOf,
  filesOf,
  hostWith,
  placeOn,
  serialOf,
  targetOf,
} from './coverage.test.fixture.js';
import { coverageExceptions, coveragePolicies } from './coverage-policy.js';
import type { CoverageFinding } from './coverage-report.js';
import type { DatabaseFileKind } from './database-inventory.js';

const codesOf = (findings: readonly CoverageFinding[]): readonly string[] =>
  findings.map(({ level, code }) => `${level} ${code}`);

describe('a data file', () => {
  const host = hostWith({ places: [placeOn('/u1/a.dbf', [1, 2])], disks: [diskOf(1), diskOf(2)] });
  const facts = factsOf({ '/u1/a.dbf': 'data-file' }, { host });

  it('is covered when every disk that holds a part of it is a volume of the data target', () => {
    const { files, state, findings } = judgeCoverage(
      { ...facts, targets: { data: targetOf([1, 2]), archive: undefined } },
      defaultRules,
    );
    expect(files[0]).toMatchObject({ verdict: 'covered', targets: ['data'] });
    expect(state).toBe('proved');
    expect(findings).toEqual([]);
  });

  it('is uncovered when one of its disks is not, and that is an error whatever the policies', () => {
    const policies = coveragePolicies.parse(
      Object.fromEntries(Object.keys(defaultRules.policies).map((policy) => [policy, 'ignore'])),
    );
    const { state, findings } = judgeCoverage(facts, { policies, exceptions: [] });
    expect(state).toBe('unknown');
    expect(findings).toMatchObject([
      { level: 'error', code: 'uncovered', message: expect.stringContaining('volume v2 is not in the data target') },
    ]);
  });

  it('on the archive target alone is uncovered: that one is cut after END', () => {
    const targets = { data: targetOf([3]), archive: targetOf([1, 2]) };
    expect(judgeCoverage({ ...facts, targets }, defaultRules).files[0]).toMatchObject({
      verdict: 'uncovered',
      targets: ['archive'],
    });
  });

  it('is excepted by its path alone, and the report repeats the reason', () => {
    const exceptions = coverageExceptions.parse([
      { path: '/u1/a.dbf', reason: ' rebuilt every night ' },
      { path: '/u1', reason: 'no directory is meant' },
    ]);
    const { files, state, findings } = judgeCoverage(facts, { ...defaultRules, exceptions });
    expect(files[0]).toMatchObject({ verdict: 'excepted', reason: 'rebuilt every night' });
    expect(state).toBe('declared');
    expect(findings.map(({ level, code, message }) => [level, code, message])).toEqual([
      ['warn', 'excepted', 'left out of the backup by exception: /u1/a.dbf: rebuilt every night'],
      ['warn', 'unused-exception', 'the exception for /u1 is not needed: it is no uncovered data file'],
    ]);
  });

  it('has no exception without a reason', () => {
    expect(coverageExceptions.safeParse([{ path: '/u1/a.dbf', reason: ' ' }]).success).toBe(false);
  });

  it('of which nothing is known is unknown, by the policy', () => {
    const unknown = { ...facts, host: undefined };
    expect(codesOf(judgeCoverage(unknown, defaultRules).findings)).toEqual(['error unknown']);
    const policies = coveragePolicies.parse({ unknown: 'warn' });
    expect(codesOf(judgeCoverage(unknown, { policies, exceptions: [] }).findings)).toEqual(['warn unknown']);
    expect(judgeCoverage({ ...facts, host: hostWith({}) }, defaultRules).files[0]).toMatchObject({
      verdict: 'unknown',
      reason: 'db1 was not asked for /u1/a.dbf',
    });
  });

  it('is unknown when its disk is not among the disks of the inventory', () => {
    const partial = hostWith({ places: host.places, disks: [diskOf(1)] });
    expect(judgeCoverage({ ...facts, host: partial }, defaultRules).files[0]).toMatchObject({
      verdict: 'unknown',
      reason: '/dev/d2 is not among the disks of db1',
    });
  });

  it('that is partly known to be elsewhere is uncovered, however little is known of the rest', () => {
    const disks = [diskOf(1, { identities: [] }), diskOf(2)];
    expect(
      judgeCoverage({ ...facts, host: hostWith({ places: host.places, disks }) }, defaultRules).files[0],
    ).toMatchObject({ verdict: 'uncovered' });
  });

  it('is one of many that share a reason: one finding names three and counts the rest', () => {
    const paths = ['/u1/a', '/u1/b', '/u1/c', '/u1/d', '/u1/e'];
    const many = factsOf(Object.fromEntries(paths.map((path) => [path, 'data-file' as const])), {
      host: hostWith({ places: paths.map((path) => placeOn(path, [2])), disks: [diskOf(2)] }),
    });
    expect(judgeCoverage(many, defaultRules).findings[0]?.message).toBe(
      'not on the data target: /u1/a, /u1/b, /u1/c and 2 more: volume v2 is not in the data target',
    );
  });

  it('is none in a database without any: nothing is proved', () => {
    expect(judgeCoverage(factsOf({}, {}), defaultRules).state).toBe('unknown');
  });
});

describe('the class of a file', () => {
  const judge = (kind: DatabaseFileKind, volume: number) =>
    judgeCoverage(
      factsOf(
        { '/u1/x': kind, '/u2/a.dbf': 'data-file' },
        {
          host: hostWith({
            places: [placeOn('/u1/x', [volume]), placeOn('/u2/a.dbf', [1])],
            disks: [diskOf(1), diskOf(2), diskOf(3)],
          }),
          targets: { data: targetOf([1]), archive: targetOf([2]) },
        },
      ),
      { policies: coveragePolicies.parse({ emptyTarget: 'ignore' }), exceptions: [] },
    );

  it.each<[DatabaseFileKind, number, string, readonly string[]]>([
    ['controlfile', 1, 'overwritten', ['warn overwritten']],
    ['controlfile', 3, 'ok', []],
    ['online-log', 1, 'overwritten', ['warn overwritten']],
    ['standby-log', 1, 'overwritten', ['warn overwritten']],
    ['keystore', 1, 'overwritten', ['warn overwritten']],
    ['keystore', 2, 'ok', []],
    ['temporary-file', 1, 'ok', []],
    ['temporary-file', 3, 'ok', []],
    ['spfile', 1, 'ok', []],
    ['change-tracking-file', 3, 'ok', []],
    ['recovery-area', 3, 'ok', []],
    ['archive-destination', 2, 'covered', []],
    ['archive-destination', 3, 'uncovered', ['error archive-uncovered']],
    ['archive-destination', 1, 'overwritten', ['error archive-uncovered', 'warn overwritten']],
  ])('%s on volume %i (1 data, 2 archive, 3 neither) is %s', (kind, volume, verdict, codes) => {
    const { files, findings } = judge(kind, volume);
    expect(files[0]?.verdict).toBe(verdict);
    expect(codesOf(findings)).toEqual(codes);
  });

  it('asks for one archive destination on the archive target, not for all', () => {
    const facts = factsOf(
      { '/u1/a.dbf': 'data-file', '/u2/arch': 'archive-destination', '/u3/arch': 'archive-destination' },
      {
        host: hostWith({
          places: [placeOn('/u1/a.dbf', [1]), placeOn('/u2/arch', [2]), placeOn('/u3/arch', [3])],
          disks: [diskOf(1), diskOf(2), diskOf(3)],
        }),
        targets: { data: targetOf([1]), archive: targetOf([2]) },
      },
    );
    expect(judgeCoverage(facts, defaultRules).findings).toEqual([]);
  });

  it('leaves archived logs alone on a volume that is allowed to be a target of both roles', () => {
    const facts = factsOf(
      { '/u1/arch': 'archive-destination' },
      {
        host: hostWith({ places: [placeOn('/u1/arch', [1])], disks: [diskOf(1)] }),
        targets: { data: targetOf([1]), archive: targetOf([1]) },
      },
    );
    expect(judgeCoverage(facts, defaultRules).files[0]).toMatchObject({
      verdict: 'covered',
      targets: ['data', 'archive'],
    });
  });

  it('takes an archive destination of which nothing is known for unknown, and not for uncovered', () => {
    const facts = factsOf(
      { '/u1/a.dbf': 'data-file', '/u2/arch': 'archive-destination', '/u3/arch': 'archive-destination' },
      {
        host: hostWith({
          places: [placeOn('/u1/a.dbf', [1]), placeOn('/u3/arch', [3])],
          disks: [diskOf(1), diskOf(3)],
        }),
        targets: { data: targetOf([1]), archive: targetOf([2]) },
      },
    );
    const policies = coveragePolicies.parse({ unknown: 'warn' });
    expect(codesOf(judgeCoverage(facts, { policies, exceptions: [] }).findings)).toEqual(['warn unknown']);
  });

  it('asks nothing of archived logs without an archive target, but that no restore overwrites them', () => {
    const facts = factsOf(
      { '/u1/a.dbf': 'data-file', '/u1/arch': 'archive-destination', '/u3/arch': 'archive-destination' },
      {
        host: hostWith({
          places: [placeOn('/u1/a.dbf', [1]), placeOn('/u1/arch', [1]), placeOn('/u3/arch', [3])],
          disks: [diskOf(1), diskOf(3)],
        }),
      },
    );
    const { files, findings } = judgeCoverage(facts, defaultRules);
    expect(files.map(({ verdict }) => verdict)).toEqual(['covered', 'overwritten', 'ok']);
    expect(codesOf(findings)).toEqual(['warn overwritten']);
  });

  it('is not known to be kept when it is not known where the file lies', () => {
    const facts = factsOf({ '/u1/c.ctl': 'controlfile' }, {});
    expect(judgeCoverage(facts, defaultRules).files[0]?.verdict).toBe('unknown');
  });
});

describe('targets', () => {
  const places = [placeOn('/u1/a.dbf', [1]), placeOn('/u2/arch', [2])];
  const disks = [diskOf(1), diskOf(2), diskOf(3)];
  const files = { '/u1/a.dbf': 'data-file', '/u2/arch': 'archive-destination' } as const;

  it('that hold no file of their role are named, with what lies on each', () => {
    const { findings, targets } = judgeCoverage(
      factsOf(files, {
        host: hostWith({ places, disks }),
        targets: { data: targetOf([1, 3]), archive: targetOf([2, 4]) },
      }),
      defaultRules,
    );
    expect(findings.map(({ message }) => message)).toEqual([
      'v3 is a target, and holds no data file of the database',
      'v4 is a target, and holds no archived log of the database',
    ]);
    expect(targets).toEqual([
      { role: 'data', id: 1, name: 'v1', files: ['/u1/a.dbf'] },
      { role: 'data', id: 3, name: 'v3', files: [] },
      { role: 'archive', id: 2, name: 'v2', files: ['/u2/arch'] },
      { role: 'archive', id: 4, name: 'v4', files: [] },
    ]);
  });

  it('are not called empty while it is not known where every file of their role lies', () => {
    const { findings } = judgeCoverage(
      factsOf(
        { ...files, '/u9/b.dbf': 'data-file' },
        { host: hostWith({ places, disks }), targets: { data: targetOf([1, 3]), archive: undefined } },
      ),
      defaultRules,
    );
    expect(codesOf(findings)).toEqual(['error unknown']);
  });

  it('with something of another one on them are named: file systems, swap, other databases', () => {
    const occupant = { disks: ['/dev/d1'], mounts: [], content: 'ext4' };
    const host = hostWith({
      places,
      disks,
      occupants: [
        { ...occupant, device: '/dev/mapper/u1', mounts: ['/u1'] },
        { ...occupant, device: '/dev/mapper/other', mounts: ['/bind', '/u1'] },
        { ...occupant, device: '/dev/mapper/x', mounts: ['/x', '/y'] },
        { ...occupant, device: '/dev/d1p9', content: 'swap' },
        { ...occupant, device: '/dev/d1p8', content: 'LVM2_member', volumeGroup: 'vg9' },
        { ...occupant, device: '/dev/d3', disks: ['/dev/d3'] },
      ],
    });
    const { findings } = judgeCoverage(
      factsOf(files, {
        host,
        targets: { data: targetOf([1]), archive: targetOf([2]) },
        others: [{ name: 'HR', datasetIds: [2, 7] }],
      }),
      defaultRules,
    );
    expect(findings.map(({ message }) => message)).toEqual([
      'v2 is a target of database HR too, and a restore overwrites that',
      'v1 holds /x, /y (ext4 on /dev/mapper/x) too, and a restore overwrites that',
      'v1 holds /dev/d1p9 (swap) too, and a restore overwrites that',
      'v1 holds /dev/d1p8 (LVM2_member) too, and a restore overwrites that',
    ]);
    expect(
      codesOf(
        judgeCoverage(factsOf(files, { host: undefined, others: [{ name: 'HR', datasetIds: [1] }] }), defaultRules)
          .findings,
      ),
    ).toEqual(['error unknown', 'warn stranger']);
  });
});

describe('groups of disks', () => {
  const places = [placeOn('/u1/a.dbf', [1], 'vg')];
  const disks = [diskOf(1), diskOf(2)];
  const judge = (data: readonly number[], kind: 'volumes' | 'consistency-group' | 'filesystems' = 'volumes') =>
    judgeCoverage(
      factsOf(
        { '/u1/a.dbf': 'data-file' },
        {
          host: hostWith({
            places,
            disks,
            volumeGroups: [
              { name: 'vg', disks: ['/dev/d1', '/dev/d2'] },
              { name: 'other', disks: ['/dev/d1', '/dev/d3'] },
            ],
            occupants: [
              { device: '/dev/d2', disks: ['/dev/d2'], mounts: [], content: 'LVM2_member', volumeGroup: 'vg' },
            ],
          }),
          targets: { data: targetOf(data, kind), archive: undefined },
        },
      ),
      defaultRules,
    );

  it('that are on one target as a whole are cut at one instant', () => {
    expect(judge([1, 2]).findings).toEqual([]);
    expect(judge([1, 2], 'consistency-group').findings).toEqual([]);
  });

  it('of which a part is on no target are in pieces, although the file is covered', () => {
    const { files, findings } = judge([1]);
    expect(files[0]?.verdict).toBe('covered');
    expect(findings).toMatchObject([
      {
        level: 'error',
        code: 'split-group',
        message: 'volume group vg is not cut at one instant: it lies on v1, v2',
      },
    ]);
  });

  it('that are on no target at all are said to be uncovered, and that is enough', () => {
    expect(codesOf(judge([3]).findings)).toEqual(['error uncovered', 'warn empty-target']);
  });

  it('of ASM need every disk of theirs on the data target', () => {
    const host = hostWith({
      places: [
        { ...placeOn('ORCL:D1', [1]), asked: 'ORCL:D1' },
        { ...placeOn('ORCL:D2', [2]), asked: 'ORCL:D2' },
      ],
      disks,
    });
    const asmGroups = [{ name: 'DATA', disks: ['ORCL:D1', 'ORCL:D2'] }];
    const asm = (data: readonly number[], archive: readonly number[] | undefined, groups = asmGroups) =>
      judgeCoverage(
        factsOf(
          {},
          {
            host,
            database: { files: filesOf({ '+data/x/a.1': 'data-file' }), asmGroups: groups },
            targets: { data: targetOf(data), archive: archive && targetOf(archive) },
          },
        ),
        { policies: coveragePolicies.parse({ emptyTarget: 'ignore' }), exceptions: [] },
      );
    expect(asm([1, 2], undefined).findings).toEqual([]);
    expect(codesOf(asm([1], [2]).findings)).toEqual(['error uncovered', 'error split-group']);
    expect(asm([1, 2], undefined, []).files[0]).toMatchObject({
      verdict: 'unknown',
      reason: 'the disks of disk group DATA are not known',
    });
    expect(asm([1, 2], undefined, [{ name: 'DATA', disks: [] }]).state).toBe('unknown');
  });
});

describe('a volume that carries the serial of another array', () => {
  it('is covered, because serials are compared and not decoded, and named', () => {
    const volumes = [{ id: 1, name: 'v1', serial: serialOf(1, 5678).toUpperCase() }];
    const disk = diskOf(1, { identities: [{ id: `36${serialOf(1, 5678)}`, by: 'sysfs' }] });
    const { state, findings } = judgeCoverage(
      factsOf(
        { '/u1/a.dbf': 'data-file' },
        { host: hostWith({ places: [placeOn('/u1/a.dbf', [1])], disks: [disk] }), array: arrayWith([], { volumes }) },
      ),
      defaultRules,
    );
    expect(state).toBe('proved');
    expect(findings).toMatchObject([{ level: 'warn', code: 'other-system' }]);
  });
});
