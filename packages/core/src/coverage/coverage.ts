import type { ArrayInventory } from './array-inventory.js';
import { coverageFindings } from './coverage-findings.js';
import type { CoverageException, CoveragePolicies } from './coverage-policy.js';
import type { Coverage, PlacedFile } from './coverage-report.js';
import type { DatabaseInventory } from './database-inventory.js';
import type { HostInventory } from './host/host-inventory.js';
import { judgeFile } from './judge-file.js';
import { type LocationFacts, locateFile } from './locate.js';

/** A target as far as coverage goes; `FoundTarget` fits. */
export interface CoverageTarget {
  readonly kind: 'volumes' | 'filesystems' | 'consistency-group';
  readonly members: readonly { readonly id: number; readonly name: string; readonly type: 'volume' | 'filesystem' }[];
}

/** The targets of both roles; `FoundTargets` fits. */
export interface CoverageTargets {
  readonly data: CoverageTarget;
  readonly archive: CoverageTarget | undefined;
}

/** What coverage is judged by. */
export interface CoverageFacts {
  readonly database: DatabaseInventory;
  /** `undefined`: nothing is known of the host, and so of no place. */
  readonly host: HostInventory | undefined;
  readonly array: ArrayInventory;
  readonly targets: CoverageTargets;
  /** Targets of other databases of the configuration: a dataset of ours among them is shared. */
  readonly others: readonly { readonly name: string; readonly datasetIds: readonly number[] }[];
}

/** What the administrator decided. */
export interface CoverageRules {
  readonly policies: CoveragePolicies;
  readonly exceptions: readonly CoverageException[];
}

/** Says of every file where it lies and what that means. Pure. */
export const judgeCoverage = (facts: CoverageFacts, rules: CoverageRules): Coverage => {
  const { database, targets } = facts;
  const locations: LocationFacts = { ...facts, asmGroups: database.asmGroups };
  const located = database.files.map((file) => {
    const location = locateFile(file.path, locations);
    return { location, file: judgeFile(file, location, { targets, exceptions: rules.exceptions }) };
  });
  const files = located.map(({ file }) => file);
  return {
    state: stateOf(files),
    files,
    targets: (['data', 'archive'] as const).flatMap((role) =>
      (targets[role]?.members ?? []).map(({ id, name }) => ({
        role,
        id,
        name,
        files: files.filter(({ datasets }) => datasets.some((each) => each.id === id)).map(({ path }) => path),
      })),
    ),
    findings: coverageFindings({ facts, rules, located }),
  };
};

const stateOf = (files: readonly PlacedFile[]): Coverage['state'] => {
  const verdicts = new Set(files.filter(({ rule }) => rule === 'in-data').map(({ verdict }) => verdict));
  if (verdicts.size === 0 || verdicts.has('uncovered') || verdicts.has('unknown')) return 'unknown';
  return verdicts.has('excepted') ? 'declared' : 'proved';
};
