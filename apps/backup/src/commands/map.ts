import {
  ConfigError,
  createDatabaseHost,
  createOracleDatabase,
  createStderrLogger,
  createStopSignal,
  type DatabaseConfig,
  describeFailure,
  loadSettings,
  printNote,
  printResult,
  runCommand,
  type Settings,
  writeTargets,
} from '@orasync/app-shell';
import type { CommonFlags } from '@orasync/app-shell/program';
import { type Log, mapDatabase, PreflightError, proposeTargets, readPlaces, systemClock } from '@orasync/core';
import { backupRequest, compose } from '../compose.js';
import { formatMap, formatProposal, type MapDocument } from '../map-document.js';

const program = 'orasync-backup';

export interface MapFlags extends CommonFlags {
  readonly explain?: true;
  /** The file to write the proposed targets into; `true`: print them. */
  readonly write?: string | true;
}

interface Context {
  readonly settings: Settings;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Prints which file of the chosen databases lies on which volume, or the targets that would hold all of them. */
export const map = (flags: MapFlags): Promise<void> =>
  runCommand(
    program,
    () => loadSettings(flags, 'array and database'),
    async (settings) => {
      const context = { settings, log: createStderrLogger(program, flags), signal: createStopSignal() };
      const maps: MapDocument[] = [];
      for (const database of settings.databases) maps.push(await mapOne(database, flags.write !== undefined, context));
      if (flags.write !== undefined && typeof flags.write === 'string')
        for (const each of maps) reportChange(flags.write, each);
      const text =
        flags.write === undefined
          ? maps.map((each) => formatMap(each, { explain: flags.explain === true })).join('\n\n')
          : formatProposal(maps);
      await printResult(flags.json ? JSON.stringify({ maps }, undefined, 2) : text);
      return maps.map(({ exit }) => exit);
    },
  );

const mapOne = async (
  database: DatabaseConfig,
  isProposed: boolean,
  { settings, log, signal }: Context,
): Promise<MapDocument> => {
  try {
    await using composition = compose(database, settings, { log });
    const { request, dependencies } = composition;
    const { facts, reading } = await mapDatabase(request, { ...dependencies, signal });
    const { coverage, findings } = reading;
    const { name, serial } = facts.array;
    return {
      database: database.name,
      dbid: facts.database.dbid,
      uniqueName: facts.database.uniqueName,
      array: { name, serial },
      coverage,
      findings,
      ...(isProposed ? { proposal: await proposeTargets(request.targets, coverage, dependencies.array) } : {}),
      exit: findings.some(({ level }) => level === 'blocking') ? 4 : 0,
    };
  } catch (error) {
    const failure = describeFailure(error, settings);
    log.error({ hint: failure.error.hint }, failure.error.message);
    return { database: database.name, findings: [], ...failure };
  }
};

/** Writes a proposal into a configuration file, and says what was added. */
const reportChange = (file: string, { database, proposal }: MapDocument): void => {
  if (proposal === undefined) return;
  const added = writeTargets(file, database, proposal);
  printNote(
    `${program}: ${file}: ${added.length === 0 ? `${database}: nothing to add` : `${database}: added ${added.join(', ')}`}`,
  );
};

/**
 * Prints what this host knows of the places of the database's files: what `coverage.inventory` of another host reads. Asks no
 * array.
 */
export const printInventory = (flags: CommonFlags): Promise<void> =>
  runCommand(
    program,
    () => loadSettings(flags, 'array and database'),
    async (settings) => {
      const log = createStderrLogger(program, flags);
      const signal = createStopSignal();
      const [database, ...others] = settings.databases;
      if (database === undefined || others.length > 0)
        throw new ConfigError(['--inventory is of one database: choose it with --database']);
      const reached = createOracleDatabase(database, settings, { log });
      const places = await readPlaces(backupRequest(database, settings), { database: reached, signal });
      const { coverage } = database;
      const host = createDatabaseHost({ coverage: { ...coverage, inventory: undefined } }, systemClock);
      const read = await host.readInventory(places);
      if (!read.isKnown) throw new PreflightError([{ level: 'blocking', code: 'host-unknown', message: read.reason }]);
      await printResult(JSON.stringify(read.value, undefined, 2));
      return [0];
    },
  );
