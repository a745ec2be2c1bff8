import type { Answer } from './answer.js';
import type { BlockDevice } from './block-devices.js';
import type { Disks } from './disks.js';
import type { FileStatus } from './file-status.js';
import type { HostPlace } from './host-inventory.js';
import { type Mount, mountOf, pathInFileSystem } from './mounts.js';
import { type DirectExport, directExportOf, shareOf } from './nfs.js';
import { volumeGroupOf } from './volume-groups.js';

/** What is known of a host, read. */
export interface HostFacts {
  readonly realPaths: ReadonlyMap<string, Answer>;
  readonly statuses: ReadonlyMap<string, FileStatus>;
  readonly mounts: readonly Mount[];
  readonly devices: readonly BlockDevice[];
  readonly disks: Disks;
  readonly rawBindings: ReadonlyMap<string, string>;
  readonly directExports: readonly DirectExport[];
}

type Step = HostPlace['steps'][number];
type Where = HostPlace['where'];
interface Found {
  readonly where: Where;
  readonly steps: readonly Step[];
}

const unknown = (reason: string): Found => ({ where: { kind: 'unknown', reason }, steps: [] });

/** Follows a path to the disks, or to the export, that it lies on. */
export const placeFile = (asked: string, facts: HostFacts): HostPlace => {
  const answer = facts.realPaths.get(asked);
  if (answer?.kind !== 'output')
    return { asked, steps: [], where: { kind: 'unknown', reason: answer?.reason ?? 'it was not looked up' } };
  const realPath = answer.text.replace(/\n$/, '');
  const links: readonly Step[] = realPath === asked ? [] : [{ found: `${asked} is ${realPath}`, by: 'readlink -f' }];
  const { where, steps } = followPath(asked, realPath, facts);
  return { asked, realPath, steps: [...links, ...steps], where };
};

const followPath = (asked: string, realPath: string, facts: HostFacts): Found => {
  const status = facts.statuses.get(asked);
  if (status === undefined) return unknown(`${realPath} is not there, or this account may not look`);
  if (status.type === 'block device') return onDevice(status.ownNumber, realPath, facts);
  if (status.type === 'character device') {
    const number = facts.rawBindings.get(status.ownNumber);
    if (number === undefined) return unknown(`what the raw device ${realPath} is bound to cannot be read`);
    const { where, steps } = onDevice(number, realPath, facts);
    return { where, steps: [{ found: `${realPath} is bound to ${number}`, by: 'raw -qa' }, ...steps] };
  }
  return onMount(realPath, status, facts);
};

/** A device that is used without a file system. */
const onDevice = (number: string, realPath: string, facts: HostFacts): Found => {
  const device = facts.devices.find((each) => each.number === number);
  return device === undefined ? unknown(`lsblk does not list ${realPath} (${number})`) : onBlock([device], facts);
};

const networkFileSystems = ['nfs', 'nfs4'];
const memoryFileSystems = ['tmpfs', 'ramfs'];

const onMount = (realPath: string, { onNumber }: FileStatus, facts: HostFacts): Found => {
  const mount = mountOf(facts.mounts, realPath);
  if (mount === undefined) return unknown(`no mount of findmnt holds ${realPath}`);
  const { target, source, fileSystem } = mount;
  const step: Step = {
    found: `${realPath} is on ${target}, where ${source} is mounted (${fileSystem})`,
    by: 'findmnt',
  };
  const after = ({ where, steps }: Found): Found => ({ where, steps: [step, ...steps] });
  if (onNumber !== mount.number)
    return after(unknown(`${realPath} lies on device ${onNumber}, not on ${mount.number} as its mount says`));
  if (networkFileSystems.includes(fileSystem)) return after(onShare(mount, realPath, facts));
  if (memoryFileSystems.includes(fileSystem))
    return after({ where: { kind: 'memory', mount: target, fileSystem }, steps: [] });
  const direct = directExportOf(facts.directExports, realPath);
  if (direct !== undefined) {
    const { server, export: path } = direct;
    return after(unknown(`oranfstab names ${server}:${path} for ${direct.mount}, where the kernel mounts no NFS`));
  }
  const devices = devicesOf(mount, facts);
  return after(
    devices === undefined
      ? unknown(`lsblk does not list all devices of ${target} (${source})`)
      : onBlock(devices, facts, mount),
  );
};

const onShare = (mount: Mount, realPath: string, { directExports }: HostFacts): Found => {
  const share = shareOf(mount, directExports);
  if (share === undefined) return unknown(`${mount.source} names no server and export`);
  const alsoBy = directExports.filter(({ mount: target }) => target === mount.target);
  const other = alsoBy.find((each) => each.export !== share.export);
  if (other !== undefined)
    return unknown(`oranfstab names ${other.export} for ${mount.target}, and the kernel mounts ${share.export} there`);
  return {
    where: { kind: 'nfs', mount: mount.target, share, path: pathInFileSystem(mount, realPath) },
    steps: alsoBy.map(({ server, export: path }) => ({
      found: `Direct NFS reaches it by ${server}:${path}`,
      by: 'oranfstab',
    })),
  };
};

/**
 * The device of a mounted file system, then those of a journal or log of its own; `undefined` if one is not listed. By
 * number and not by name: a file system over several devices, such as btrfs, has a number of none of them.
 */
const devicesOf = (mount: Mount, { devices }: HostFacts): readonly [BlockDevice, ...BlockDevice[]] | undefined => {
  const main = devices.find(({ number }) => number === mount.number);
  if (main === undefined) return undefined;
  const outside = [...mount.options.matchAll(/(?:^|,)(?:logdev|rtdev|journal_path)=([^,]+)/g)].map(([, path]) =>
    devices.find((device) => device.path === path),
  );
  const found = outside.filter((device) => device !== undefined);
  return found.length < outside.length ? undefined : [main, ...found];
};

const onBlock = (on: readonly [BlockDevice, ...BlockDevice[]], { disks }: HostFacts, mount?: Mount): Found => {
  const chain = [...new Set(on.flatMap((device) => disks.chainOf(device)))];
  const under = [...new Set(on.flatMap((device) => disks.of(device)))].map(({ path }) => path);
  const volumeGroup = chain.map(volumeGroupOf).find((group) => group !== undefined);
  const [{ path: device }] = on;
  const layers = chain.map(({ path, type }) => `${path} (${type})`).join(', ');
  return {
    where: {
      kind: 'block',
      ...(mount !== undefined && { mount: mount.target }),
      device,
      disks: under,
      ...(volumeGroup !== undefined && { volumeGroup }),
    },
    steps: [
      {
        found: chain.length === 1 ? `${layers} is the disk itself` : `${device} lies on ${under.join(', ')}: ${layers}`,
        by: 'lsblk',
      },
    ],
  };
};
