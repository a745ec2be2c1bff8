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
  let sinceMs: number | undefined;
  let ownerLostAtMs = Infinity;
  let longestMs = 0;
  let longestWithoutOwnerMs = 0;
  return {
    look: () => {
      const isOurs = world.database.state.files.some(({ backup }) => backup.isActive && !strangers.has(backup.scn));
      if (!isOurs) {
        sinceMs = undefined;
        return;
      }
      const nowMs = world.clock.now();
      sinceMs ??= nowMs;
      longestMs = Math.max(longestMs, nowMs - sinceMs);
      longestWithoutOwnerMs = Math.max(longestWithoutOwnerMs, nowMs - Math.max(sinceMs, ownerLostAtMs));
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
