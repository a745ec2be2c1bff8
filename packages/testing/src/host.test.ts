import { describe, expect, it } from 'vitest';
import { createWorld } from './world.js';

const place = (world: ReturnType<typeof createWorld>, path: string) =>
  world.host.describe({ paths: [path], asmDisks: [] }).places[0];

describe('the simulated host', () => {
  it('sees a volume as a multipath device whose id is the serial of the volume', () => {
    const world = createWorld({ data: 30, unlisted: 1 });
    expect(place(world, '/u02/ORCL/ora_data27/x.dbf')).toMatchObject({
      where: { kind: 'block', mount: '/u02/ORCL/ora_data27', device: '/dev/mapper/mpathaa' },
      steps: [{}, { found: expect.stringMatching(/^mpath-36742b0f[0-9a-f]{25}$/) as string }],
    });
    expect(place(world, world.archiveDirectory)).toMatchObject({ where: { mount: world.archiveDirectory } });
    expect(place(world, `${world.unlistedDirectories[0]}/x.dbf`)).toMatchObject({
      where: { mount: '/u02/ORCL/ora_extra01' },
    });
  });

  it('sees a filesystem of the array as an NFS mount of its export', () => {
    const world = createWorld({ targets: 'filesystems' });
    expect(place(world, '/u02/ORCL/ora_data01/x.dbf')).toMatchObject({
      where: { kind: 'nfs', share: { export: '/ora_data01', server: '192.0.2.11' }, path: '/x.dbf' },
    });
    expect(place(world, '/u02/ORCL/ora_data01')).toMatchObject({ where: { path: '/' } });
  });

  it('has a disk of its own for all else, and no disk of ASM', () => {
    const world = createWorld();
    expect(place(world, '/u01/x')).toMatchObject({ where: { kind: 'block', mount: '/', disks: ['/dev/sda'] } });
    const { places, host } = world.host.describe({ paths: [], asmDisks: ['ORCL:D1'] });
    expect(places).toMatchObject([{ asked: 'ORCL:D1', where: { kind: 'unknown' } }]);
    expect(host).toBe('dbhost');
  });
});
