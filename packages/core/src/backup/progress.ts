import type { Clock, Dataset, Log } from '../ports.js';
import { formatTime, type Role } from '../snapshot-name.js';
import type { BackupReport, Finding, Step } from './report.js';
import type { BackupRequest } from './request.js';

/** A snapshot that the run made, and of what. */
export interface Member {
  readonly role: Role;
  readonly snapshot: Dataset;
  readonly parentName: string;
}

/** What the report says beyond steps, members and findings; filled in as it becomes known. */
type Facts = Partial<
  Pick<BackupReport, 'dbid' | 'uniqueName' | 'set' | 'hotWindowMs' | 'beginScn' | 'endScn' | 'archivedLogs' | 'worth'>
>;

/** The run as far as it has come: its steps, what it made, and the report of both. */
export interface Progress {
  readonly members: Member[];
  readonly findings: Finding[];
  facts: Facts;
  state: BackupReport['state'];
  /** The first step that failed, else the one that runs or ran last. */
  readonly step: string;
  /** Runs one step and records how long it took and how it ended. */
  readonly record: <T>(name: string, work: () => Promise<T>) => Promise<T>;
  readonly report: () => BackupReport;
}

/** @param onStep  Told when a step begins (`undefined`) and when it is over. */
export const createProgress = (
  request: BackupRequest,
  { clock, log, onStep }: { clock: Clock; log: Log; onStep: (name: string, step: Step | undefined) => void },
): Progress => {
  const startedAtMs = clock.now();
  const steps: Step[] = [];
  const at = (ms: number) => formatTime(ms, request.zone);
  let current = '';
  // Whoever watches is foreign code, and must not keep END BACKUP from being sent.
  const tell = (watch: () => void): void => {
    try {
      watch();
    } catch {
      // There is nobody left to tell.
    }
  };
  const progress: Progress = {
    members: [],
    findings: [],
    facts: {},
    state: 'none',
    get step() {
      return steps.find(({ outcome }) => outcome === 'failed')?.name ?? current;
    },
    record: async (name, work) => {
      current = name;
      tell(() => onStep(name, undefined));
      const beganAtMs = clock.now();
      let outcome: Step['outcome'] = 'failed';
      try {
        const value = await work();
        outcome = 'ok';
        return value;
      } finally {
        const step = { name, ms: Math.round(clock.now() - beganAtMs), outcome };
        steps.push(step);
        tell(() => log.info({ step: name, durationMs: step.ms, outcome }, 'step'));
        tell(() => onStep(name, step));
      }
    },
    report: () => ({
      database: request.database,
      ...progress.facts,
      state: progress.state,
      startedAt: at(startedAtMs),
      endedAt: at(clock.now()),
      steps: [...steps],
      snapshots: progress.members.map(({ role, snapshot, parentName }) => ({
        id: snapshot.id,
        name: snapshot.name,
        role,
        parentId: snapshot.parentId ?? 0,
        parentName,
      })),
      archivedLogs: progress.facts.archivedLogs ?? [],
      findings: [...progress.findings],
    }),
  };
  return progress;
};
