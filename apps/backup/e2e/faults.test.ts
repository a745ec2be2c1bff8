import { describe, expect, test } from 'vitest';
import type { Call } from './calls.js';
import { meet } from './faults.js';
import { type Action, fault } from './troubles.js';

const inWindow = { skip: 0, phase: 'window', isWrite: true } as const;
const snapshot: Call = { ...inWindow, side: 'array', match: 'group_snapshot', name: 'the snapshot' };
const look: Call = { ...inWindow, side: 'database', match: 'COUNT(DISTINCT change#)', name: 'the look at V$BACKUP' };
const end: Call = { ...inWindow, side: 'database', match: 'END BACKUP', name: 'END' };

/** One fault of each kind, where it hurts. Every fault at every call is `npm run prove`. */
const cases: readonly (readonly [Call, Action, number])[] = [
  [snapshot, { kind: 'refuse', status: 500 }, 1],
  [snapshot, { kind: 'refuse', status: 403 }, 1],
  // The name is taken: one more call, with the name of a second later.
  [snapshot, { kind: 'refuse', status: 409 }, 0],
  [snapshot, { kind: 'html' }, 1],
  [snapshot, { kind: 'garbage', body: '{}' }, 1],
  // It was made, and is found by looking before END.
  [snapshot, { kind: 'malformed' }, 0],
  [snapshot, { kind: 'wrongTypes' }, 0],
  [snapshot, { kind: 'truncate' }, 0],
  [snapshot, { kind: 'reset', when: 'after' }, 0],
  [snapshot, { kind: 'reset', when: 'before' }, 1],
  // The budget is spent.
  [snapshot, { kind: 'hang', when: 'after' }, 6],
  [snapshot, { kind: 'delay', when: 'before', ms: 500 }, 0],
  [snapshot, { kind: 'database', when: 'before', knob: { otherEnd: true } }, 1],
  // What V$BACKUP did not show is not proved.
  [look, { kind: 'error', text: 'ORA-00942: table or view does not exist' }, 1],
  [look, { kind: 'print', when: 'instead', text: 'nonsense\n' }, 1],
  [look, { kind: 'hang', when: 'before' }, 1],
  // Another END follows.
  [end, { kind: 'error', text: 'ORA-01013: user requested cancel of current operation' }, 0],
  [end, { kind: 'lose', when: 'before' }, 0],
  [end, { kind: 'hang', when: 'before' }, 0],
  [end, { kind: 'die', when: 'before' }, 0],
  // It was done, but what it ended was not heard.
  [end, { kind: 'die', when: 'during' }, 1],
  [end, { kind: 'flood', bytes: 200_000 }, 0],
  [end, { kind: 'ask', prompt: 'Enter value for 1: ' }, 1],
];

describe.concurrent('a fault in the window leaves the database out of backup mode, and tells the truth by its status', () => {
  const titled = cases.map(([call, action, status]) => {
    const trouble = fault(() => true, action);
    return [`${call.name} meets ${trouble.name}: ${status}`, call, trouble, status] as const;
  });
  test.for(titled)('%s', async ([, call, trouble, status], { onTestFinished }) => {
    expect(await meet(call, trouble, onTestFinished)).toMatchObject({ exit: status });
  });
});
