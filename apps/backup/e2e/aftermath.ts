import { type BackupReport, backupReport, readCatalogue } from '@orasync/core';
import { arrayPort, recover } from '@orasync/testing';
import { expect, vi } from 'vitest';
import type { Context, Ended } from './program.js';

/** The passwords of the doubles, and the header that carries one. */
const secrets = new RegExp(
  ['Snap5hot-array', 'Manager1-db', Buffer.from('admin:Snap5hot-array').toString('base64')].join('|'),
);

/** One entry of the document that a run prints. */
export interface RunEntry extends BackupReport {
  readonly exit: number;
  readonly error?: { readonly code: string; readonly message: string };
}

/** The one entry of what a run with `--json` printed, checked against the schema that core publishes. */
export const readRun = ({ status, stdout, stderr }: Ended): RunEntry => {
  expect({ stdout, stderr }).toEqual({ stdout: expect.stringMatching(/^\{.*\}\n$/s), stderr });
  const { runs, ...rest } = JSON.parse(stdout) as { readonly runs: readonly RunEntry[] };
  const [run, ...others] = runs;
  if (run === undefined) throw new Error('the document has no run');
  expect([rest, others]).toEqual([{}, []]);
  backupReport.parse(run);
  expect(run).toMatchObject({ exit: status, ...(status === 0 ? {} : { error: { code: expect.any(String) } }) });
  return run;
};

/** No guard and no sqlplus runs any more, and no session is left in the database. */
export const untilAllGone = (context: Context, timeout: number): Promise<void> =>
  vi.waitFor(
    () => {
      expect(
        context.remaining().map(({ pid, commandLine }) => `${pid} ${commandLine.split('\0', 3).join(' ')}`),
      ).toEqual([]);
      expect(context.testbed.world.database.state.sessions).toEqual([]);
    },
    { timeout, interval: 50 },
  );

/** What a run printed and logged holds no secret, nor does what it asked. */
export const expectNoSecret = ({ testbed, logFiles }: Context, { stdout, stderr }: Ended): void => {
  const journal = JSON.stringify(testbed.world.journal.entries);
  for (const text of [stdout, stderr, journal, ...logFiles().map((file) => file.text)])
    expect(text).not.toMatch(secrets);
};

/**
 * The catalogue tells the truth: every set that it calls complete recovers.
 *
 * @returns Their ids.
 */
export const completeSets = async ({ testbed: { world } }: Context): Promise<readonly string[]> => {
  const sets = await readCatalogue('orasync', { array: arrayPort(world.array), now: new Date() });
  const complete = sets.filter(({ state }) => state === 'complete');
  for (const { id, members } of complete) {
    const contents = members.map(({ snapshot }) => world.array.contentOf(snapshot.id));
    expect({ id, ...recover(world.database, contents) }).toMatchObject({ id, consistent: true });
  }
  return complete.map(({ id }) => id);
};
