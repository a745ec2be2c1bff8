import { DateTime } from 'luxon';
import type { RunRecord } from '../catalogue.js';
import type { Dataset, Parent } from '../ports.js';
import { formatDatestring, formatTime, type Role, snapshotName } from '../snapshot-name.js';
import type { FoundTarget } from '../targets.js';
import { writeRunRecord } from './labels.js';
import type { PreflightFacts } from './preflight.js';
import { chooseFreeSecond, readTakenNames } from './reserve-names.js';
import type { Run, RunPlan } from './run.js';
import { planSnapshots, type SnapshotPlan } from './take-snapshots.js';

/** How often a run moves out of the way of others before it gives up. */
const tries = 12;

/**
 * Fixes the set id and the names, and writes them down on the array before anything is made. Names that a run of another
 * database has written down too are given up for those of a later second: whoever sees the other moves, so that of two that
 * write at the same time one does at least.
 *
 * @throws {Error} Every second that was tried was taken. Nothing was made.
 */
export const planAndRecord = async ({ database, targets }: PreflightFacts, run: Run): Promise<RunPlan> => {
  const { request, dependencies, progress } = run;
  const { array, clock, log } = dependencies;
  const nowMs = clock.now();
  const identity = { name: database.name, uniqueName: database.uniqueName, dbid: database.dbid };
  const stamp = DateTime.fromMillis(nowMs, { zone: 'utc' }).toFormat("yyyyMMdd'T'HHmmss'Z'");
  const set = `${stamp}-${database.uniqueName}-${run.id}`;
  const namesOfRole = (role: Role, ms: number): readonly [string, string] => {
    const nameAt = (instantMs: number) => snapshotName(role, formatDatestring(instantMs, request.zone));
    return [nameAt(ms), nameAt(ms + 1000)];
  };
  const namesAt = (ms: number): readonly string[] => [
    ...namesOfRole('data', ms),
    ...(targets.archive === undefined ? [] : namesOfRole('archive', ms)),
  ];
  const planOf = (role: Role, target: FoundTarget, ms: number): Promise<SnapshotPlan> =>
    planSnapshots(target, namesOfRole(role, ms), array);
  const first = targets.data.members[0] as Dataset; // the check saw to it that there is one
  const parents: Readonly<Record<Role, readonly Parent[]>> = {
    data: targets.data.members,
    archive: targets.archive?.members ?? [],
  };
  let atMs = nowMs;
  for (let attempt = 1; attempt <= tries; attempt += 1) {
    const names = namesAt(atMs);
    const record: RunRecord = {
      v: 1,
      id: first.id,
      set,
      database: identity,
      time: formatTime(nowMs, request.zone),
      baselineScn: String(database.currentScn),
      names: [...names],
    };
    await writeRunRecord(record, parents, dependencies);
    const taken = await readTakenNames(set, array);
    if (!names.some((name) => taken.has(name))) {
      const data = await planOf('data', targets.data, atMs);
      const archive = targets.archive && (await planOf('archive', targets.archive, atMs));
      progress.facts = { ...progress.facts, set };
      run.plan = { set, identity, record, data, archive };
      return run.plan;
    }
    log.info({ set, name: names[0], attempt }, 'another run has these names, taking those of a later second');
    atMs = chooseFreeSecond({ fromMs: nowMs, seconds: 30 * attempt, namesAt, taken }, clock);
  }
  throw new Error(`other runs had every name that was tried (${tries} seconds, the last ${namesAt(atMs)[0]})`);
};
