import { duplexPair } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createWorld, listenSqlplus, worldCredentials } from '@orasync/testing';
import { expect, test } from 'vitest';
import { systemClock } from '../clock.js';
import { createOracleControl } from '../oracle-control.js';
import { runSqlplus } from '../run-sqlplus.js';
import { createGuardLink, createRunLink } from './link-ends.js';
import { type RunGuardOptions, runGuard } from './run-guard.js';

/** Made by the build of @orasync/testing, which `npm test` runs first. */
const script = fileURLToPath(new URL('../../../testing/dist/sqlplus.js', import.meta.url));
const { user, password, sid } = worldCredentials.oracle;

/** A guard in this process, and a control that finds it. */
const setUp = (oracleHome: string, options?: RunGuardOptions) => {
  const [runSide, guardSide] = duplexPair();
  const serving = runGuard(createGuardLink(guardSide), options);
  const control = createOracleControl({
    oracleHome,
    logon: { kind: 'password', user, password, connectIdentifier: sid },
    guard: { start: async () => createRunLink(runSide), logFile: '/var/log/guard.log' },
  });
  return { control, serving };
};

test('a guard in the process of its run begins and ends backup mode of a database, and logs what it did', async () => {
  const world = createWorld();
  const standIn = await listenSqlplus(world.database, { script });
  const events: string[] = [];
  const files: (string | undefined)[] = [];
  const { control, serving } = setUp(standIn.home, {
    clock: systemClock,
    startSqlplus: runSqlplus,
    openLog: (file) => {
      files.push(file);
      return (event) => void events.push(event);
    },
  });
  const fallback = await control.openSession({ purpose: 'run 1' });
  const opened = await control.openBracket({ run: '1', budgetMs: 60_000, fallback });
  if (opened.kind !== 'open') throw new Error(opened.kind);
  await opened.bracket.begin(1n);
  expect(world.database.state.files.every(({ backup }) => backup.isActive)).toBe(true);
  expect(await opened.bracket.end()).toMatchObject({ before: { distinctScns: 1 }, fired: undefined });
  expect(world.database.state.files.some(({ backup }) => backup.isActive)).toBe(false);
  await opened.bracket.release();
  await serving;
  await fallback.close();
  await standIn.close();
  expect(files).toEqual(['/var/log/guard.log']);
  expect(events).toEqual(['opened', 'begin-asked', 'begun', 'end-asked', 'ended', 'left']);
});

test('a guard without a usable sqlplus tells its run so, and is silent otherwise', async () => {
  const { control, serving } = setUp('/nowhere');
  const opening = control.openBracket({ run: '1', budgetMs: 60_000, fallback: {} as never });
  await expect(opening).rejects.toMatchObject({ code: 'SQLPLUS_START' });
  await serving;
});
