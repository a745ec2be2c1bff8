/** A way in which the programs could be wrong: texts of the bundle, each there exactly once, and what takes their place. */
export interface Mutant {
  readonly name: string;
  readonly changes: readonly { readonly from: string; readonly to: string }[];
  /** A seed that catches it. It follows from `scenarioOf`: when that changes, `npm run simulate:mutants -- --find` tells another. */
  readonly seed: number;
}

const mutant = (name: string, seed: number, ...changes: readonly (readonly [string, string])[]): Mutant => ({
  name,
  seed,
  changes: changes.map(([text, replacement]) => ({ from: text, to: replacement })),
});

/** Wrong workflows: those of design.md section 9. */
const workflows: readonly Mutant[] = [
  mutant(
    'the data snapshot is made before BEGIN',
    1,
    [
      'const begun = await settle(step("begin", () => bracket.begin(baselineScn)));',
      `const early = await settle(body(signal));
       const begun = await settle(step("begin", () => bracket.begin(baselineScn)));
       body = async () => {
         if (early.status === "rejected") throw early.reason;
         return { ...early.value, during: await bracket.seen };
       };`,
    ],
    [
      'const [snapshots, during] = await Promise.all([takeMembers("data", data, window, run), bracket.seen]);',
      'const snapshots = await takeMembers("data", data, window, run); const during = undefined;',
    ],
  ),
  mutant('the data snapshot is made after END', 1, [
    'return await step("snapshot", () => untilStopped(body(window), window));',
    'await bracket.end(); return await step("snapshot", () => untilStopped(body(window), window));',
  ]),
  mutant('END does not wait for the answer of the array', 284, [
    'return await step("snapshot", () => untilStopped(body(window), window));',
    'const answer = step("snapshot", () => untilStopped(body(window), window)); answer.catch(() => {}); await bracket.end(); return await answer;',
  ]),
  mutant(
    'the archived logs are captured before the switch',
    1,
    [
      'await step("archive-log-after", () => session.archiveCurrentLog());',
      'if (plan.archive !== void 0) await step("archive-snapshot", () => takeMembers("archive", plan.archive, dependencies.signal, run)); await step("archive-log-after", () => session.archiveCurrentLog());',
    ],
    ['await step("archive-snapshot", () => takeMembers("archive", archive, dependencies.signal, run));', ''],
  ),
  mutant('one data volume is left out', 9, [
    'return [(name) => ({ kind: "volumes", name, parents })];',
    'return [(name) => ({ kind: "volumes", name, parents: parents.slice(0, Math.max(1, parents.length - 1)) })];',
  ]),
];

/** What a run does and does not look at. */
const runs: readonly Mutant[] = [
  mutant('what V$BACKUP and the array told of the window is not judged', 49, [
    'const doubts = doubtsAboutWindow({',
    'const doubts = ((_) => [])({',
  ]),
  mutant(
    'which files were in backup mode is not compared with those expected',
    49,
    ['if (mode.activeFiles !== expected.length)', 'if (false) ; else if (false)'],
    ['else if (mode.fileNumberSum !== sum || mode.fileNumberSquareSum !== squares)', 'else if (false)'],
  ),
  mutant(
    'V$BACKUP just before END is not judged',
    8811,
    [', ...doubtsAboutMode("just before END", facts.before, facts)];', '];'],
    ['facts.during.lowestScn !== facts.before.lowestScn', 'false'],
  ),
  mutant('the complete marker is written before the logs are proved', 1, [
    'await finish("label", () => labelInFlight(plan, run));',
    'await finish("label", async () => { await labelInFlight(plan, run); await complete(plan, covered, run); progress.state = "none"; });',
  ]),
  mutant('the complete marker is written before files are read again', 370, [
    'const reading = await step("recheck", () => recheck(ready, range.beginScn, { session, covered }, run)); await finish("complete", () => complete(plan, reading, run));',
    'await finish("complete", () => complete(plan, covered, run)); await step("recheck", () => recheck(ready, range.beginScn, { session, covered }, run));',
  ]),
  mutant('files are not read again after END', 370, [
    'const reading = await step("recheck", () => recheck(ready, range.beginScn, { session, covered }, run));',
    'const reading = covered;',
  ]),
  mutant('a change without redo is not looked for', 370, [
    'else if (file.unrecoverableScn > earlier.unrecoverableScn && file.unrecoverableScn >= beginScn)',
    'else if (false)',
  ]),
  mutant('missing archived logs are no failure', 48, [
    'if (missing.length > 0) throw new Error(`archived logs are missing',
    'if (false) throw new Error(`archived logs are missing',
  ]),
  mutant('only the logs of thread 1 are proved', 135, [
    '...logs.map(({ thread }) => thread)])].sort((a, b) => a - b);',
    '...logs.map(({ thread }) => thread)])].sort((a, b) => a - b).slice(0, 1);',
  ]),
  mutant('the logs are not proved again after their snapshot', 101, [
    'await step("prove-logs-again", () => proveArchivedLogs(range, ready, session, progress));',
    '',
  ]),
  mutant(
    'snapshots that are found after END count as good',
    284,
    [
      'if (body.status === "rejected") throw body.reason;',
      `let found = body.value;
     if (body.status === "rejected") {
       await new Promise((resolve) => void dependencies.clock.setTimeout(resolve, 60000));
       const late = await findRemains(data, dependencies.array);
       if (late.length !== data.parents.length) throw body.reason;
       addMembers("data", data, late, progress);
       found = { snapshots: late, during: await bracket.seen };
     }`,
    ],
    ['const { snapshots, during } = body.value;', 'const { snapshots, during } = found;'],
    ['if (fired !== void 0) throw new Error(', 'if (false) throw new Error('],
  ),
  mutant('the remains of a failed run get the complete marker', 370, [
    'await labelMembers(describeSet(state, plan, run), progress.members, dependencies);',
    'await labelMembers(describeSet("complete", plan, run), progress.members, dependencies); await markComplete(plan.set, progress.members, dependencies);',
  ]),
  mutant(
    'a set counts although the guard ended backup mode by itself',
    19111,
    ['if (fired !== void 0) throw new Error(', 'if (false) throw new Error('],
    ['const window = AbortSignal.any([signal, bracket.over]);', 'const window = signal;'],
  ),
  mutant('a signal keeps END from being sent', 393, [
    'const ended = await settle(step("end", () => bracket.end()));',
    'const ended = await settle(step("end", async () => { signal.throwIfAborted(); return await bracket.end(); }));',
  ]),
  mutant('the run record does not tell when BEGIN may come', 9, [
    'baselineScn: String(database.currentScn), databaseTime }',
    'baselineScn: String(database.currentScn) }',
  ]),
  mutant('the run record never says that the run is over', 45, [
    '{ ended: formatTime(run.dependencies.clock.now(), run.request.zone) }',
    '{}',
  ]),
];

/** Whose backup mode is ended, and whose claim holds. */
const owners: readonly Mutant[] = [
  mutant('any run record is evidence that backup mode is ours', 23, [
    'const record = records.find((each) => hasBegun(each, {',
    'const record = records.find((each) => true || hasBegun(each, {',
  ]),
  mutant(
    'backup mode is healed without a look at the time when it began',
    23,
    ['return afterMs >= -1e4 && afterMs <= beginWithinMs;', 'return true;'],
    ['databaseTime === void 0 || ended !== void 0 || scn', 'scn'],
  ),
  mutant('what began before the baseline is ended too', 19, [
    'phase: "beginning", ours: { fromScn: event.baselineScn }',
    'phase: "beginning", ours: { fromScn: 0n }',
  ]),
  mutant('END follows a BEGIN that was refused', 7, [
    'handle({ kind: isRefused ? "begin-refused" : "begin-unknown" });',
    'handle({ kind: "begin-unknown" });',
  ]),
  mutant('END ends everything, whoever began it', 8811, [
    'IF our_active > 0 AND our_active = all_active THEN',
    'IF all_active > 0 THEN',
  ]),
  mutant('a claim that another run holds is taken for ours', 8, [
    'if (claim.kind !== "taken") {',
    'if (claim.kind === "taken") claim.kind = "exclusive"; {',
  ]),
];

/** The guard, and the run's watch over it. */
const guards: readonly Mutant[] = [
  mutant('END is not tried again', 65, ['if (first === void 0 || isFirstLost) {', 'if (first === void 0) {']),
  mutant(
    'a BEGIN that is still at work is overlooked',
    139,
    ['return isOut && isNobodyAtWork;', 'return isOut;'],
    ['confirmAfterMs = 5e3', 'confirmAfterMs = 0'],
  ),
  mutant('the guard does not see that its run is gone', 21, [
    'link.closed.then(() => handle({ kind: "owner-gone" }));',
    '',
  ]),
  mutant('the guard is on its watch only once BEGIN has returned', 4908, [
    'if (state.phase !== "hot" && state.phase !== "beginning" || state.fired !== void 0) return unchanged(state);',
    'if (state.phase !== "hot" || state.fired !== void 0) return unchanged(state);',
  ]),
  mutant('the lease is not watched', 509, ['handle({ kind: "lease-missed" })', 'undefined']),
  mutant('the budget is not watched', 144, [
    'stopBudget = clock.setTimeout(() => handle({ kind: "budget-spent" }), request.budgetMs);',
    '',
  ]),
  mutant('the guard leaves at the end of its run, backup mode or not', 174, [
    'case "owner-gone": return state.phase === "waiting" || state.phase === "out" ?',
    'case "owner-gone": return true ?',
  ]),
  mutant(
    'the run does not see that its guard is gone',
    14,
    ['link.closed.then(lose);', ''],
    ['stopWatch = clock.setTimeout(lose, leaseMs / 2);', ''],
  ),
  mutant('the run trusts that a lost guard has sent END', 234, [
    '...await endHere(),',
    '...await (async () => ({ before: await seen.promise, hotWindowMs: 0 }))(),',
  ]),
  mutant('a stopped run is not told that BEGIN returned', 93, [
    'link.send({ kind: "begun" }); handle({ kind: "begun" });',
    'if (!state.isEndDue) link.send({ kind: "begun" }); handle({ kind: "begun" });',
  ]),
];

/** Retention, whose plans have a mutation test of their own: `npm run mutate`. */
const retention: readonly Mutant[] = [
  mutant('retention removes half of a set', 295, [
    'for (const snapshot of set.snapshots) { if (signal.aborted) { if (outcomes.length === 0 && isComplete)',
    'for (const snapshot of set.snapshots.slice(1)) { if (signal.aborted) { if (outcomes.length === 0 && isComplete)',
  ]),
];

/** Wrong programs, each of which the simulation must catch: a check that cannot fail proves nothing. */
export const mutants: readonly Mutant[] = [...workflows, ...runs, ...owners, ...guards, ...retention];
