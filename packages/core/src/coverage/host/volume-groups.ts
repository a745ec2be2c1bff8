import { z } from 'zod';
import type { BlockDevice } from './block-devices.js';
import type { Disks } from './disks.js';

/** A physical volume and the volume group that it belongs to. */
export interface PhysicalVolume {
  readonly device: string;
  readonly group: string;
}

const report = z.object({
  report: z.array(z.object({ pv: z.array(z.object({ pv_name: z.string(), vg_name: z.string() })) })),
});

/**
 * `pvs -o pv_name,vg_name`, with `--reportformat json` or, before 2.02.158, with `--noheadings --separator '|'`. Needs root.
 *
 * Source: lvmreport(7). Unverified on a live host.
 */
export const parsePhysicalVolumes = (text: string): readonly PhysicalVolume[] =>
  (text.trimStart().startsWith('{')
    ? report
        .parse(JSON.parse(text))
        .report.flatMap(({ pv }) => pv.map(({ pv_name, vg_name }) => [pv_name, vg_name] as const))
    : text.split('\n').map((line) => line.trim().split('|'))
  ).flatMap(([device = '', group = '']) => (group === '' ? [] : [{ device, group }]));

/**
 * The volume group of a logical volume by its name in /dev/mapper, where a hyphen that belongs to a name is written twice.
 *
 * Source: dmsetup(8) and lvm(8), "vg-lv". `undefined` for what is no logical volume.
 */
export const volumeGroupOf = ({ type, path }: BlockDevice): string | undefined =>
  type === 'lvm' ? /^\/dev\/mapper\/((?:[^-]|--)+)-[^-]/.exec(path)?.[1]?.replaceAll('--', '-') : undefined;

/**
 * The volume groups and their disks: those of the report, and in any case those below the logical volumes in use, which
 * need no root.
 */
export const findVolumeGroups = (
  devices: readonly BlockDevice[],
  disks: Disks,
  reported: readonly PhysicalVolume[],
): readonly { readonly name: string; readonly disks: string[] }[] => {
  const groups = new Map<string, Set<string>>();
  const add = (group: string, device: BlockDevice): void => {
    const known = groups.get(group) ?? new Set();
    for (const { path } of disks.of(device)) known.add(path);
    groups.set(group, known);
  };
  for (const device of devices) {
    const group = volumeGroupOf(device);
    if (group !== undefined) add(group, device);
    for (const volume of reported) if (volume.device === device.path) add(volume.group, device);
  }
  return [...groups].map(([name, on]) => ({ name, disks: [...on] }));
};
