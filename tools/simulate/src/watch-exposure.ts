import type { World } from '@orasync/testing';

/** How long files are in backup mode by BEGINs of ours, watched at every call. */
export interface ExposureWatch {
  look(): void;
  /** SCNs of BEGINs that are not ours. */
  readonly strangers: Set<bigint>;
  /** The run is gone or stopped: from now on, and after what the lease allows, its backup mode is to end. */
  ownerLost(leaseMs: number): void;
  ownerFound(): void;
  longestMs(): number;
  /** The longest that files stayed in backup mode after their run was lost. */
  longestWithoutOwnerMs(): number;
}

export const watchExposure = (world: World): ExposureWatch => {
  const strangers = new Set<bigint>();
  /** By begin SCN: between two looks one BEGIN may be ended and the next one made. */
  let since: ReadonlyMap<bigint, number> = new Map();
  let ownerLostAtMs = Infinity;
  let longestMs = 0;
  let longestWithoutOwnerMs = 0;
  return {
    look: () => {
      const nowMs = world.clock.now();
      const active = world.database.state.files.flatMap(({ backup }) => (backup.isActive ? [backup.scn] : []));
      const ours = active.filter((scn) => !strangers.has(scn));
      since = new Map(ours.map((scn) => [scn, since.get(scn) ?? nowMs]));
      for (const sinceMs of since.values()) {
        longestMs = Math.max(longestMs, nowMs - sinceMs);
        longestWithoutOwnerMs = Math.max(longestWithoutOwnerMs, nowMs - Math.max(sinceMs, ownerLostAtMs));
      }
    },
    strangers,
    ownerLost: (leaseMs) => {
      ownerLostAtMs = Math.min(ownerLostAtMs, world.clock.now() + leaseMs);
    },
    ownerFound: () => {
      ownerLostAtMs = Infinity;
    },
    longestMs: () => longestMs,
    longestWithoutOwnerMs: () => longestWithoutOwnerMs,
  };
};
