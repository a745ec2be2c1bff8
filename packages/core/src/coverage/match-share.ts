import type { ArrayInventory } from './array-inventory.js';
import type { HostPlace } from './host/host-inventory.js';

type Nfs = Extract<HostPlace['where'], { kind: 'nfs' }>;

/** What an array makes of an export that a host has mounted. */
export type ShareMatch =
  | { readonly kind: 'filesystem'; readonly id: number; readonly name: string; readonly by: string }
  /** Certainly on no filesystem of this array. */
  | { readonly kind: 'elsewhere'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

const isBelow = (directory: string, path: string): boolean =>
  path === directory || path.startsWith(`${directory.replace(/\/$/, '')}/`);

/**
 * Finds the filesystem behind a mount: the longest export that the path lies below, on a server whose address is the array's.
 *
 * Source: infinibox-api.md section 6.2.
 */
export const matchShare = ({ share, path }: Nfs, array: ArrayInventory): ShareMatch => {
  const { name } = array.identity;
  const whole = `${share.export.replace(/\/$/, '')}${path}`;
  const what = `${share.server}:${share.export}`;
  const addresses = [...new Set([...share.addresses, share.server])].filter((address) => /^[\d.]+$|:/.test(address));
  const own = array.nasAddresses;
  if (own === undefined)
    return { kind: 'unknown', reason: `the addresses of ${name} cannot be read, so ${what} may be anywhere` };
  if (addresses.length === 0)
    return { kind: 'unknown', reason: `no address of ${share.server} is known, so ${what} may be anywhere` };
  const served = addresses.find((address) => own.includes(address));
  if (served === undefined && addresses.some((address) => address.includes(':')))
    return { kind: 'unknown', reason: `${what} has an address of IPv6, which may be one of ${name} in other words` };
  if (served === undefined)
    return { kind: 'elsewhere', reason: `${what} is served by ${addresses.join(', ')}, which is not ${name}` };
  const exported = array.exports
    .filter(({ exportPath }) => isBelow(exportPath, whole))
    .reduce<ArrayInventory['exports'][number] | undefined>(
      (longest, each) => (longest === undefined || each.exportPath.length > longest.exportPath.length ? each : longest),
      undefined,
    );
  return exported === undefined
    ? { kind: 'unknown', reason: `${name} has no export that ${whole} lies below` }
    : { kind: 'filesystem', ...exported.filesystem, by: `export ${exported.exportPath} at ${served}` };
};
