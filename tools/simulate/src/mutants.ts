/** A way in which the programs could be wrong: texts of the bundle, each there exactly once, and what takes their place. */
export interface Mutant {
  readonly name: string;
  readonly changes: readonly { readonly from: string; readonly to: string }[];
}

const mutant = (name: string, ...changes: readonly (readonly [string, string])[]): Mutant => ({
  name,
  changes: changes.map(([from, to]) => ({ from, to })),
});

/**
 * Wrong programs, each of which the simulation must catch: a check that cannot fail proves nothing. The first five are those
 * of design.md section 9.
 */
export const mutants: readonly Mutant[] = [
  mutant('the snapshot is made before BEGIN', [
    'const begun = await settle(step("begin", () => bracket.begin(baselineScn)));',
    'const early = await settle(body(signal)); const begun = await settle(step("begin", () => bracket.begin(baselineScn))); body = async () => { if (early.status === "rejected") throw early.reason; return { ...early.value, during: await bracket.seen }; };',
  ], ['const [snapshots, during] = await Promise.all([takeMembers("data", data, window, run), bracket.seen]);', 'const snapshots = await takeMembers("data", data, window, run); const during = undefined;']),
  mutant('the snapshot is made after END', [
    'return await step("snapshot", () => untilStopped(body(window), window));',
    'await bracket.end(); return await step("snapshot", () => untilStopped(body(window), window));',
  ]),
  mutant('END does not wait for the answer of the array', [
    'return await step("snapshot", () => untilStopped(body(window), window));',
    'const answer = step("snapshot", () => untilStopped(body(window), window)); answer.catch(() => {}); await bracket.end(); return await answer;',
  ]),
  mutant('the archived logs are captured before the switch', [
    'await step("archive-log-after", () => session.archiveCurrentLog());',
    '',
  ], ['if (missing.length > 0) throw new Error(`archived logs are missing: ${missing.join("; ")}`);', '']),
  mutant('one data volume is left out', [
    'const missing = plan.parents.filter(({ id }) => !snapshots.some(({ parentId }) => parentId === id));',
    'const missing = [];',
  ]),
];
