import type { HostPlace } from './host-inventory.js';
import { isWithin, type Mount } from './mounts.js';

type Share = Extract<HostPlace['where'], { kind: 'nfs' }>['share'];

/** A server's export as Direct NFS is told of it. */
export interface DirectExport {
  readonly server: string;
  readonly addresses: readonly string[];
  readonly export: string;
  readonly mount: string;
}

/**
 * An oranfstab: blocks that begin with `server:`, with one `path:` per address, and a line `export: … mount: …` for each
 * export.
 *
 * Source: Grid Infrastructure Installation Guide, "About the oranfstab File for Direct NFS Client".
 */
export const parseOranfstab = (text: string): readonly DirectExport[] => {
  const found: DirectExport[] = [];
  for (const block of text
    .replace(/^\s*#.*$/gm, '')
    .split(/^\s*server\s*:/m)
    .slice(1)) {
    const server = /\S+/.exec(block)?.[0] ?? '';
    const addresses = [...block.matchAll(/^\s*path\s*:\s*(\S+)/gm)].map(([, address = '']) => address);
    for (const [, path = '', mount = ''] of block.matchAll(/export\s*:\s*(\S+)\s+mount\s*:\s*(\S+)/g))
      found.push({ server, addresses, export: path, mount });
  }
  return found;
};

/** The share behind a mount of NFS; `undefined` for a source that is not `server:/export`. */
export const shareOf = (mount: Mount, direct: readonly DirectExport[]): Share | undefined => {
  const [, bracketed, bare = '', path = ''] = /^(?:\[([^\]]+)\]|([^:]+)):(\/.*)$/.exec(mount.source) ?? [];
  if (path === '') return undefined;
  const addresses = [...mount.options.matchAll(/(?:^|,)addr=([^,]+)/g)].map(([, address = '']) => address);
  const alsoBy = direct.filter((each) => each.mount === mount.target && each.export === path);
  return {
    server: bracketed ?? bare,
    addresses: [...new Set([...addresses, ...alsoBy.flatMap((each) => each.addresses)])],
    export: path,
  };
};

/** The export that Direct NFS reaches a real path by, where the kernel has no mount of NFS. */
export const directExportOf = (direct: readonly DirectExport[], realPath: string): DirectExport | undefined =>
  direct.find(({ mount }) => isWithin(mount, realPath));
