import {
  createRunLogger,
  createStepDisplay,
  createStopSignal,
  type DatabaseConfig,
  describeFailure,
  loadSettings,
  printDocument,
  runCommand,
  type Settings,
} from '@orasync/app-shell';
import type { CommonFlags } from '@orasync/app-shell/program';
import { type BackupReport, formatTime, InterruptedError, type Log, runBackup, systemClock } from '@orasync/core';
import { compose } from '../compose.js';
import { programName } from '../program-name.js';
import { formatRun, type RunDocument } from '../run-document.js';

/** Backs the chosen databases up, one after the other. */
export const run = (flags: CommonFlags): Promise<void> =>
  runCommand(
    programName,
    () => loadSettings(flags, 'array and database'),
    async (settings) => {
      await composeAll(settings);
      const signal = createStopSignal();
      const runs: RunDocument[] = [];
      for (const database of settings.databases) {
        const document = signal.aborted
          ? describeRun(new InterruptedError(String(signal.reason), { cause: signal.reason }), database, settings)
          : await runOne(database, settings, flags, signal);
        runs.push(document);
      }
      await printDocument(flags, { runs }, () => runs.map(formatRun).join('\n'));
      return runs.map(({ exit }) => exit);
    },
  );

/** Finds what is wrong with the settings of any database before the first one is touched. */
const composeAll = async (settings: Settings): Promise<void> => {
  const none = () => undefined;
  const silent: Log = { debug: none, info: none, warn: none, error: none };
  for (const database of settings.databases) await compose(database, settings, { log: silent })[Symbol.asyncDispose]();
};

const runOne = async (
  database: DatabaseConfig,
  settings: Settings,
  flags: CommonFlags,
  signal: AbortSignal,
): Promise<RunDocument> => {
  const { zone, logDirectory } = settings.config;
  const place = { directory: logDirectory, name: database.name, zone, nowMs: systemClock.now() };
  const { log, guardLog, close } = createRunLogger(programName, flags, place);
  try {
    await using composition = compose(database, settings, { log, guardLog });
    log.info({ database: database.name, pid: process.pid }, 'run');
    const { request, dependencies } = composition;
    const report = await runBackup(request, { ...dependencies, log, signal, onStep: createStepDisplay(flags) });
    log.info({ set: report.set, state: report.state, hotWindowMs: report.hotWindowMs }, 'complete');
    return { ...report, exit: 0 };
  } catch (error) {
    const document = describeRun(error, database, settings);
    log.error({ code: document.error?.code, hint: document.error?.hint }, document.error?.message ?? 'failed');
    log.debug({ err: error }, 'failed');
    return document;
  } finally {
    close();
  }
};

/** The entry of a run that did not succeed, with whatever report its error carries. */
const describeRun = (error: unknown, { name }: DatabaseConfig, settings: Settings): RunDocument => {
  const now = formatTime(systemClock.now(), settings.config.zone);
  const empty: BackupReport = {
    database: name,
    state: 'none',
    startedAt: now,
    endedAt: now,
    steps: [],
    snapshots: [],
    archivedLogs: [],
    findings: [],
  };
  const { report = empty } = error as { report?: BackupReport };
  return { ...report, ...describeFailure(error, settings) };
};
