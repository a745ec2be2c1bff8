import {
  createRunLogger,
  createStepDisplay,
  createStopSignal,
  type DatabaseConfig,
  describeError,
  exitStatus,
  loadSettings,
  printNote,
  printResult,
  runCommand,
  type Settings,
  trustHint,
} from '@orasync/app-shell';
import type { CommonFlags } from '@orasync/app-shell/program';
import { type BackupReport, runBackup, systemClock } from '@orasync/core';
import { compose } from '../compose.js';
import { formatRun, type RunDocument } from '../run-document.js';

const program = 'orasync-backup';

/** Backs the chosen databases up, one after the other. */
export const run = (flags: CommonFlags): Promise<void> =>
  runCommand(
    program,
    () => loadSettings(flags, 'array and database'),
    async (settings) => {
      const signal = createStopSignal((error) => printNote(describeError(program, error)));
      const runs: RunDocument[] = [];
      for (const database of settings.databases) {
        if (signal.aborted) break;
        runs.push(await runOne(database, settings, flags, signal));
      }
      await printResult(flags.json ? JSON.stringify({ runs }, undefined, 2) : runs.map(formatRun).join('\n'));
      return runs.map(({ exit }) => exit);
    },
  );

const runOne = async (
  database: DatabaseConfig,
  settings: Settings,
  flags: CommonFlags,
  signal: AbortSignal,
): Promise<RunDocument> => {
  const { zone, logDirectory } = settings.config;
  const logFile = createRunLogger(program, flags, {
    directory: logDirectory,
    name: database.name,
    zone,
    nowMs: systemClock.now(),
  });
  const { log } = logFile;
  try {
    await using composition = compose(database, settings, log);
    log.info({ database: database.name, pid: process.pid }, 'run');
    const { request, dependencies } = composition;
    const report = await runBackup(request, { ...dependencies, log, signal, onStep: createStepDisplay(flags) });
    log.info({ set: report.set, state: report.state, hotWindowMs: report.hotWindowMs }, 'complete');
    return { ...report, exit: 0 };
  } catch (error) {
    const { report } = error as { report?: BackupReport };
    if (report === undefined) throw error;
    const { code, message, hint: ownHint } = error as Error & { code: string; hint?: string };
    const hint = trustHint(error, settings) ?? ownHint;
    log.error({ code, hint }, message);
    log.debug({ err: error }, 'failed');
    return { ...report, exit: exitStatus(error), error: { code, message, ...(hint === undefined ? {} : { hint }) } };
  } finally {
    await logFile.close();
  }
};
