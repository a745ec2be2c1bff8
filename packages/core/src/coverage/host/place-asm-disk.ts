import { type AsmDevice, asmDevicesOf } from './asm-devices.js';
import { parseAsmLabel } from './asm-labels.js';
import type { AsmAnswers } from './host-answers.js';
import type { HostPlace } from './host-inventory.js';
import { type HostFacts, placeFile } from './place-file.js';

/** Follows a disk of ASM, named by its path or by a label, to the disk of the host that it is. */
export const placeAsmDisk = (asked: string, facts: HostFacts, answers: AsmAnswers): HostPlace => {
  const label = parseAsmLabel(asked);
  if (label === undefined) return placeFile(asked, facts);
  const labelled: readonly AsmDevice[] = facts.devices
    .filter((device) => device.content === 'oracleasm' && device.label === label.label)
    .map(({ path }) => ({ path, by: 'lsblk' }));
  const candidates = asmDevicesOf(asked, answers).map((device) => ({ device, place: placeFile(device.path, facts) }));
  const followed = [...candidates, ...labelled.map((device) => ({ device, place: placeListed(device.path, facts) }))];
  const found = followed.flatMap(({ device, place }) =>
    place.where.kind === 'block' ? [{ device, place, where: place.where }] : [],
  );
  const unclear = (reason: string): HostPlace => ({ asked, steps: [], where: { kind: 'unknown', reason } });
  // A device beside a multipath one is a path of the same disk, and not how anything should be told of it.
  const first = found.find(({ where }) => !isBesideMultipath(where.device, facts)) ?? found[0];
  if (first === undefined)
    return unclear(`no source tells the device that ${label.driver} has labelled ${label.label}`);
  const other = found.find(({ where }) => where.disks.join() !== first.where.disks.join());
  if (other !== undefined)
    return unclear(
      `${label.label} is on ${first.where.device} by ${first.device.by}, and on ${other.where.device} by ${other.device.by}`,
    );
  return {
    ...first.place,
    asked,
    steps: [{ found: `${asked} is ${first.device.path}`, by: first.device.by }, ...first.place.steps],
  };
};

const isBesideMultipath = (path: string, { devices, disks }: HostFacts): boolean =>
  devices.some((device) => device.path === path && disks.isBesideMultipath(device));

/** A device of lsblk is there by being listed: neither a link nor its status has to be read. */
const placeListed = (path: string, facts: HostFacts): HostPlace =>
  placeFile(path, {
    ...facts,
    realPaths: new Map([[path, { kind: 'output', text: path }]]),
    statuses: new Map(
      facts.devices.map(({ path: device, number }) => [
        device,
        { type: 'block device', onNumber: '', ownNumber: number },
      ]),
    ),
  });
