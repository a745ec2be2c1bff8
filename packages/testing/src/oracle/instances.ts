import type { DatabaseState } from './state.js';

/** The instance that carries this number: `ORCL` alone, `ORCL1` and `ORCL2` of two. */
export const instanceName = (sid: string, threads: number, instance: number): string =>
  threads === 1 ? sid : `${sid}${instance}`;

const allInstances = ({ threads }: DatabaseState): readonly number[] =>
  Array.from({ length: threads }, (_, index) => index + 1);

/** Names that lead to one instance of several. */
export const instanceNames = (state: DatabaseState): readonly string[] =>
  state.threads === 1 ? [] : allInstances(state).map((instance) => instanceName(state.sid, state.threads, instance));

/** Those that run, whatever they run: GV$ views have rows of them. */
export const runningInstances = (state: DatabaseState): readonly number[] =>
  allInstances(state).filter((instance) => !state.downInstances.has(instance));

/** Starts whatever is down, as far as mounted. An instance that joins others goes on as they are. */
export const startInstances = (state: DatabaseState): void => {
  state.downInstances.clear();
  if (state.instanceStatus === 'OPEN') return;
  state.instanceStatus = 'MOUNTED';
  state.startedAtMs = state.clock.now();
};

/** The instance that a logon reaches: the one that it names, or the next, or the first. */
export const instanceFor = (state: DatabaseState, service: string | undefined, logon: number): number => {
  const running = runningInstances(state);
  const named = instanceNames(state).findIndex((name) => name.toUpperCase() === service);
  if (named >= 0) return named + 1;
  return (state.isBalanced ? running[(logon - 1) % running.length] : running[0]) ?? 1;
};
