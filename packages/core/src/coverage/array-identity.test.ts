import { describe, expect, it } from 'vitest';
import { matchDisk, serialsToLookUp } from './array-identity.js';
import { arrayWith, diskOf, hostWith, serialOf } from './coverage.test.fixture.js';

const array = arrayWith([1, 2]);
const identified = (...ids: readonly string[]) => diskOf(1, { identities: ids.map((id) => ({ id, by: 'test' })) });

describe('the identity of a disk', () => {
  it.each([
    `36${serialOf(1)}`,
    `mpath-36${serialOf(1)}`,
    `dm-uuid-mpath-36${serialOf(1)}`,
    `naa.6${serialOf(1)}`,
    `NAA.6${serialOf(1).toUpperCase()}`,
    `0x6${serialOf(1)}`,
    `wwn-0x6${serialOf(1)}`,
    `scsi-36${serialOf(1)}`,
  ])('is compared with the serials of the volumes, as %s', (id) => {
    expect(matchDisk(identified(id), array)).toMatchObject({
      kind: 'volume',
      volume: { id: 1 },
      otherSystem: undefined,
    });
    expect(serialsToLookUp(hostWith({ disks: [identified(id), identified('naa.5002538e40a1b2c3')] }))).toEqual([
      serialOf(1),
    ]);
  });

  it('of NVMe is compared with the NGUID, however either is spelled', () => {
    const nguid = '00000000-0000-0001-742b-0f00000004d2';
    const withNguid = arrayWith([], {
      volumes: [{ id: 1, name: 'v1', serial: serialOf(1), nguid: nguid.toUpperCase() }],
    });
    expect(matchDisk(identified('eui.0000000000000001742b0f00000004d2'), withNguid).kind).toBe('volume');
    expect(matchDisk(identified(`uuid.${nguid}`), withNguid).kind).toBe('volume');
    expect(matchDisk(identified('eui.0000000000000002742b0f00000004d2'), withNguid).kind).toBe('unknown');
  });

  it('never matches by what is decoded from it: the same volume id under another array is another volume', () => {
    expect(matchDisk(identified(`naa.6${serialOf(1, 5678)}`), array)).toEqual({
      kind: 'elsewhere',
      reason: `/dev/d1 has serial ${serialOf(1, 5678)}, of InfiniBox 5678 and not of ibox1234 (1234)`,
    });
  });

  it('that no volume of this array carries is on none of them', () => {
    expect(matchDisk(identified(`naa.6${serialOf(9)}`), array)).toEqual({
      kind: 'elsewhere',
      reason: `no volume of ibox1234 has the serial ${serialOf(9)} of /dev/d1`,
    });
  });

  it('is believed by none of two sources that contradict each other', () => {
    for (const other of [2, 9])
      expect(matchDisk(identified(`naa.6${serialOf(1)}`, `naa.6${serialOf(other)}`), array)).toEqual({
        kind: 'unknown',
        reason: `/dev/d1 has 2 serials: ${serialOf(1)}, ${serialOf(other)}`,
      });
  });

  it('that two volumes carry tells neither', () => {
    const twins = arrayWith([1], { volumes: [1, 2].map((id) => ({ id, name: `v${id}`, serial: serialOf(1) })) });
    expect(matchDisk(identified(`naa.6${serialOf(1)}`), twins)).toEqual({
      kind: 'unknown',
      reason: '/dev/d1 has the identity of both v1 and v2',
    });
  });

  it('of another maker proves that the disk is elsewhere; none, or that of a virtual disk, proves nothing', () => {
    expect(matchDisk(identified('naa.5002538e40a1b2c3'), array)).toEqual({
      kind: 'elsewhere',
      reason: '/dev/d1 (naa.5002538e40a1b2c3) is no volume of an InfiniBox',
    });
    expect(matchDisk(identified(), array)).toEqual({ kind: 'unknown', reason: 'nothing identifies /dev/d1' });
    const virtual = { ...identified('naa.6000c29a'), hides: 'a virtual disk of a hypervisor' };
    expect(matchDisk(virtual, array).kind).toBe('unknown');
  });

  it('of an InfiniBox in a form that is not known proves nothing', () => {
    expect(matchDisk({ ...identified('uuid.1234'), product: 'NFINIDAT InfiniBox' }, array).kind).toBe('unknown');
    expect(
      matchDisk(identified(), arrayWith([1], { volumes: [{ id: 1, name: 'v1', serial: serialOf(1), nguid: '' }] }))
        .kind,
    ).toBe('unknown');
  });
});
