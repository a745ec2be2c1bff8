import { createVirtualClock } from '@orasync/testing';
import { describe, expect, test } from 'vitest';
import type { Dataset, Log } from '../ports.js';
import type { LogRange } from './judge.js';
import { backupSettings } from './request.js';
import { addMembers, describeSet, type RunPlan, startRun } from './run.js';
import { withinStepLimit } from './step-limits.js';

const silent = () => undefined;
const log: Log = { debug: silent, info: silent, warn: silent, error: silent };

const parents = [{ id: 1, name: 'data01' }];
const database = { name: 'ORCL', uniqueName: 'ORCL', dbid: '1' };
const plan: RunPlan = {
  set: '20261124T231502Z-ORCL-a1b2c3',
  identity: database,
  record: { v: 1, id: 1, set: 's', database, time: '2026-11-24T23:15:02Z', baselineScn: '1', names: [] },
  data: { parents, names: ['a', 'b'], calls: [] },
  archive: undefined,
};

const start = () => {
  const clock = createVirtualClock(Date.parse('2026-11-24T23:15:02.870Z'));
  const settings = backupSettings.parse({ targets: { data: { volumes: ['data01'] } } });
  // Nothing of these is called: what is looked at here is the run's own state.
  const nothing = { array: {} as never, database: {} as never, host: {} as never };
  const { signal } = new AbortController();
  return startRun({ ...settings, database: 'ORCL', zone: 'utc' }, { ...nothing, clock, log, signal, onStep: silent });
};

const logsOf = (thread: number, firstScn: string, nextScn: string): LogRange => ({
  thread,
  firstSequence: 5,
  lastSequence: 6,
  firstScn,
  nextScn,
});

describe('the label of a set', () => {
  test('says no more than is known', () => {
    expect(describeSet('in-flight', plan, start())).toEqual({
      v: 1,
      set: plan.set,
      state: 'in-flight',
      database,
      members: { data: 1, archive: 0 },
    });
  });

  test.each([
    ['inner', [logsOf(1, '100', '900'), logsOf(2, '200', '800')]],
    ['other way round', [logsOf(1, '200', '800'), logsOf(2, '100', '900')]],
  ])('says from where to where the logs of every thread go, whichever is the %s one', (_, archivedLogs) => {
    const run = start();
    run.progress.facts = { archivedLogs };
    expect(describeSet('in-flight', plan, run)).toMatchObject({
      logs: [
        [1, 5, 6],
        [2, 5, 6],
      ],
      redo: { from: '200', to: '800' },
    });
  });

  test('repeats the warnings that tell what the set is worth', () => {
    const run = start();
    run.progress.findings.push({
      level: 'warning',
      code: 'stranger-in-group',
      message: 'somebody else is in the group',
    });
    expect(describeSet('in-flight', plan, run)).toMatchObject({ warnings: ['stranger-in-group'] });
  });

  test('says nothing of redo when no log was found', () => {
    const run = start();
    run.progress.facts = { archivedLogs: [] };
    expect(describeSet('partial', plan, run)).not.toHaveProperty('redo');
  });
});

describe('what a run made', () => {
  const snapshot = { id: 7, name: 'a', parentId: 1 } as Dataset;

  test('is one member although it was found by its name before the answer came', () => {
    const { progress } = start();
    addMembers('data', plan.data, [snapshot], progress);
    addMembers('data', plan.data, [snapshot], progress);
    expect(progress.members).toEqual([{ role: 'data', snapshot, parentName: 'data01' }]);
  });
});

test('a step that goes on for longer than it may fails', async () => {
  const clock = createVirtualClock(0);
  const never = new Promise<never>(() => undefined);
  const checking = withinStepLimit('check', never, clock).catch(String);
  const archiving = withinStepLimit('archive-log-after', never, clock).catch(String);
  await clock.advance(5 * 60_000);
  expect(await checking).toContain('check was not done within 5 minutes');
  await clock.advance(35 * 60_000);
  expect(await archiving).toContain('within 40 minutes');
});
