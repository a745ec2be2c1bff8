import { systemClock } from '@orasync/core';
import { describe, expect, it } from 'vitest';
import { createHostRunner } from './host-command.js';

const run = createHostRunner(systemClock, 60_000);

/** A clock that moves only when told, so that a limit can pass at once. */
const createHandClock = () => {
  let now = 0;
  const timers: (() => void)[] = [];
  return {
    clock: {
      now: () => now,
      setTimeout: (callback: () => void) => {
        timers.push(callback);
        return () => undefined;
      },
      random: () => 0,
    },
    pass: (ms: number) => {
      now += ms;
      for (const timer of timers.splice(0)) timer();
    },
  };
};

describe('running a command on the host', () => {
  it('gives what it printed, with an environment of its own and no shell', async () => {
    expect(await run({ program: 'printf', arguments: ['%s', '$HOME; ls'] })).toEqual({
      kind: 'output',
      text: '$HOME; ls',
    });
    expect(await run({ program: 'env', arguments: [], environment: { ORACLE_HOME: '/u01/grid' } })).toEqual({
      kind: 'output',
      text: 'PATH=/usr/sbin:/usr/bin:/sbin:/bin\nLC_ALL=C\nORACLE_HOME=/u01/grid\n',
    });
  });

  it('says which program is missing', async () => {
    expect(await run({ program: 'no-such-program', arguments: [] })).toEqual({
      kind: 'failed',
      reason: 'no-such-program is not installed',
    });
  });

  it('says what a command complained of, or its status', async () => {
    expect(await run({ program: 'cat', arguments: ['/no/such/file'] })).toEqual({
      kind: 'failed',
      reason: 'cat: /no/such/file: No such file or directory',
    });
    expect(await run({ program: 'false', arguments: [] })).toEqual({ kind: 'failed', reason: 'false failed (1)' });
  });

  it('keeps the part that was printed where a part is fine', async () => {
    expect(
      await run({ program: 'grep', arguments: ['-sc', '', '/dev/null', '/no/such/file'], isPartFine: true }),
    ).toEqual({ kind: 'output', text: '/dev/null:0\n' });
  });

  it('says that a program may not be run', async () => {
    expect(await run({ program: '/etc/passwd', arguments: [] })).toEqual({
      kind: 'failed',
      reason: '/etc/passwd may not be run by this account',
    });
  });

  it('leaves a command that hangs behind, and runs no other once the time for all is over', async () => {
    const { clock, pass } = createHandClock();
    const limited = createHostRunner(clock, 15_000);
    const hanging = limited({ program: 'sleep', arguments: ['600'] });
    pass(10_000);
    expect(await hanging).toEqual({ kind: 'failed', reason: 'sleep took longer than 10 s' });
    pass(5000);
    expect(await limited({ program: 'true', arguments: [] })).toEqual({
      kind: 'failed',
      reason: 'true was not run: the commands before it took too long',
    });
  });
});
