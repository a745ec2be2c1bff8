import { DateTime } from 'luxon';
import { z } from 'zod';
import { labelKeys } from '../catalogue.js';
import { InterruptedError, messageOf } from '../errors.js';
import type { Account, DatabaseStatus, Dataset, SnapshotArray } from '../ports.js';
import { instantToleranceMs } from '../sets/verify-structure.js';
import { formatDatestring, type Role, rehearsalName, rehearsalRoleOf } from '../snapshot-name.js';
import type { FoundTarget } from '../targets.js';
import { labelMembers, type SharedLabel } from './labels.js';
import type { PreflightFacts } from './preflight.js';
import type { Member } from './progress.js';
import type { Finding } from './report.js';
import type { BackupRequest } from './request.js';
import { type BackupDependencies, createRunId } from './run.js';
import { planSnapshots, takeSnapshots } from './take-snapshots.js';

/** What a rehearsal showed. Additive only. */
export const rehearsalReport = z.object({
  set: z.string().describe('what its snapshots are labelled with; no backup'),
  roles: z.array(
    z.object({
      role: z.enum(['data', 'archive']),
      expected: z.int().describe('how many snapshots there should be'),
      snapshots: z.array(z.object({ id: z.int(), name: z.string() })),
      ms: z.number().describe('how long the call took; of several the longest'),
      spreadMs: z.number().optional().describe('between the first and the last, by the array: 0 is one instant'),
      isLabelled: z.boolean().describe('retention finds it by its labels'),
    }),
  ),
});

export type RehearsalReport = z.output<typeof rehearsalReport>;
type RehearsedRole = RehearsalReport['roles'][number];

/** What was shown, what speaks against a backup, and the first call that failed. */
export interface Rehearsal {
  readonly report: RehearsalReport;
  readonly findings: readonly Finding[];
  readonly failure: unknown;
}

type Dependencies = Pick<BackupDependencies, 'database' | 'array' | 'clock' | 'log' | 'signal'>;

/**
 * Snapshots every target once, by the calls of a run, but without backup mode: it shows the rights to snapshot and to
 * label, the names and the time it takes. What it makes recovers nothing, is labelled so, and is left to retention.
 *
 * @param facts  Of a check that found nothing blocking.
 */
export const rehearseBackup = async (
  request: BackupRequest,
  facts: PreflightFacts,
  dependencies: Dependencies,
): Promise<Rehearsal> => {
  const { clock, signal } = dependencies;
  const stamp = DateTime.fromMillis(clock.now(), { zone: 'utc' }).toFormat("yyyyMMdd'T'HHmmss'Z'");
  const set = `${stamp}-${facts.database.uniqueName}-${createRunId(clock)}`;
  const findings: Finding[] = [...(await judgeAccount(dependencies))];
  const failures: unknown[] = [];
  const roles: RehearsedRole[] = [];
  const members: Pick<Member, 'role' | 'snapshot'>[] = [];
  for (const role of ['data', 'archive'] as const) {
    const target = facts.targets[role];
    if (target === undefined || signal.aborted) continue;
    const taken = await takeRole(role, target, { request, facts, dependencies });
    if (taken.failure !== undefined) failures.push(taken.failure);
    members.push(...(await findUnlabelled(role, target, dependencies.array)));
    findings.push(...judgeRole(taken.rehearsed, target));
    roles.push(taken.rehearsed);
  }
  try {
    await labelMembers(rehearsalLabel(set, facts.database, members), members, dependencies);
    for (const role of roles) role.isLabelled = true;
  } catch (error) {
    failures.push(error);
    const names = members.map(({ snapshot }) => snapshot.name).join(', ');
    findings.push(blocking('rehearsal-not-labelled', `snapshots of the rehearsal are not labelled: ${names}`));
  }
  const [cause] = failures;
  const isInterrupted = typeof signal.reason === 'string';
  return {
    report: { set, roles },
    findings,
    failure: isInterrupted ? new InterruptedError(signal.reason, { cause }) : cause,
  };
};

const blocking = (code: string, message: string): Finding => ({ level: 'blocking', code, message });
const warning = (code: string, message: string): Finding => ({ level: 'warning', code, message });

const takeRole = async (
  role: Role,
  target: FoundTarget,
  {
    request,
    facts,
    dependencies: { array, clock, signal },
  }: { readonly request: BackupRequest; readonly facts: PreflightFacts; readonly dependencies: Dependencies },
): Promise<{ readonly rehearsed: RehearsedRole; readonly failure?: unknown }> => {
  const nameAt = (ms: number) => rehearsalName(role, formatDatestring(ms, request.zone));
  const names = [nameAt(clock.now()), nameAt(clock.now() + 1000)] as const;
  const plan = await planSnapshots(target, names, array);
  const beganAtMs = clock.now();
  const rehearse = (snapshots: readonly Dataset[]): RehearsedRole => {
    const times = snapshots.map(({ createdAt }) => createdAt.getTime());
    return {
      role,
      expected: plan.parents.length,
      snapshots: snapshots.map(({ id, name }) => ({ id, name })),
      ms: Math.round(clock.now() - beganAtMs),
      ...(times.length === 0 ? {} : { spreadMs: Math.max(...times) - Math.min(...times) }),
      isLabelled: false,
    };
  };
  try {
    return { rehearsed: rehearse(await takeSnapshots(plan, { array, signal, notBefore: facts.array.time })) };
  } catch (failure) {
    return { rehearsed: rehearse([]), failure };
  }
};

const judgeRole = (
  { role, expected, snapshots, spreadMs }: RehearsedRole,
  { kind }: FoundTarget,
): readonly Finding[] => {
  if (snapshots.length !== expected)
    return [
      blocking(
        'rehearsal-incomplete',
        `${snapshots.length} of ${expected} ${role} snapshots are known to have been made`,
      ),
    ];
  // Filesystems are snapshotted by one call each.
  if (kind === 'filesystems' || spreadMs === undefined || spreadMs <= instantToleranceMs) return [];
  return [blocking('not-one-instant', `the ${role} snapshots were made ${spreadMs} ms apart`)];
};

/** What this rehearsal made, whatever its calls answered; and what an earlier one left without a label. */
const findUnlabelled = async (
  role: Role,
  { members }: FoundTarget,
  array: SnapshotArray,
): Promise<readonly Pick<Member, 'role' | 'snapshot'>[]> => {
  const ofRole = (await array.listSnapshotsNamed(rehearsalName(role, ''))).filter(
    ({ name, parentId }) => rehearsalRoleOf(name) === role && members.some(({ id }) => id === parentId),
  );
  const isLabelled = await Promise.all(ofRole.map(async ({ id }) => labelKeys.set in (await array.readLabels(id))));
  return ofRole.filter((_, index) => isLabelled[index] === false).map((snapshot) => ({ role, snapshot }));
};

const rehearsalLabel = (
  set: string,
  { name, uniqueName, dbid }: DatabaseStatus,
  members: readonly Pick<Member, 'role'>[],
): SharedLabel => {
  const count = (role: Role) => members.filter((member) => member.role === role).length;
  return {
    v: 1,
    set,
    state: 'rehearsal',
    database: { name, uniqueName, dbid },
    members: { data: Math.max(1, count('data')), archive: count('archive') },
  };
};

/** What the account of the database may do, as far as that can be known without trying it. */
const judgeAccount = async ({ database, signal }: Dependencies): Promise<readonly Finding[]> => {
  const session = await database.openSession({ purpose: 'check', signal });
  try {
    if (session.readAccount === undefined) return [];
    const account = await session.readAccount();
    const lacks = (key: 'mayBackUp' | 'mayArchive' | 'mayLock'): boolean => {
      const may: Account[typeof key] = account[key];
      return may.isKnown && !may.value;
    };
    return [
      ...(lacks('mayBackUp') ? [blocking('may-not-back-up', `${account.user} lacks ALTER DATABASE`)] : []),
      ...(lacks('mayArchive') ? [blocking('may-not-archive', `${account.user} lacks ALTER SYSTEM`)] : []),
      ...(lacks('mayLock')
        ? [
            warning(
              'may-not-lock',
              `${account.user} lacks EXECUTE on SYS.DBMS_LOCK, so that its claim of the database is weaker`,
            ),
          ]
        : []),
      ...account.unreadableViews.map((reason) => warning('view-hidden', reason)),
    ];
  } catch (error) {
    return [warning('account-unknown', `what the account may do could not be read: ${messageOf(error)}`)];
  } finally {
    await session.close();
  }
};
