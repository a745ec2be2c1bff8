import {
  ConfigError,
  createDatabaseHost,
  createOracleDatabase,
  createStderrLogger,
  createStopSignal,
  loadSettings,
  printDocument,
  printNote,
  printResult,
  runCommand,
  writeTargets,
} from '@orasync/app-shell';
import type { CommonFlags } from '@orasync/app-shell/program';
import { mapDatabase, PreflightError, proposeTargets, readPlaces, systemClock } from '@orasync/core';
import { backupRequest } from '../compose.js';
import { describeEachDatabase } from '../each-database.js';
import { formatMap, formatProposal, type MapDocument } from '../map-document.js';
import { programName } from '../program-name.js';

export interface MapFlags extends CommonFlags {
  readonly explain?: true;
  /** The file to write the proposed targets into; `true`: print them. */
  readonly write?: string | true;
}

/** Prints which file of the chosen databases lies on which volume, or the targets that would hold all of them. */
export const map = (flags: MapFlags): Promise<void> =>
  runCommand(
    programName,
    () => loadSettings(flags, 'array and database'),
    async (settings) => {
      const { write, explain = false } = flags;
      const maps = await describeEachDatabase<MapDocument>(flags, settings, {
        describe: async (request, dependencies, database) => {
          const { facts, reading } = await mapDatabase(request, dependencies);
          const { coverage, findings } = reading;
          const { name, serial } = facts.array;
          return {
            database: database.name,
            dbid: facts.database.dbid,
            uniqueName: facts.database.uniqueName,
            array: { name, serial },
            coverage,
            findings,
            ...(write === undefined
              ? {}
              : { proposal: await proposeTargets(request.targets, coverage, dependencies.array) }),
            exit: findings.some(({ level }) => level === 'blocking') ? 4 : 0,
          };
        },
        describeFailed: ({ name }, failure) => ({ database: name, findings: [], ...failure }),
      });
      if (typeof write === 'string') for (const each of maps) reportChange(write, each);
      await printDocument(flags, { maps }, () =>
        write === undefined ? maps.map((each) => formatMap(each, { explain })).join('\n\n') : formatProposal(maps),
      );
      return maps.map(({ exit }) => exit);
    },
  );

/** Writes a proposal into a configuration file, and says what was added. */
const reportChange = (file: string, { database, proposal }: MapDocument): void => {
  if (proposal === undefined) return;
  const added = writeTargets(file, database, proposal);
  printNote(
    `${programName}: ${file}: ${added.length === 0 ? `${database}: nothing to add` : `${database}: added ${added.join(', ')}`}`,
  );
};

/**
 * Prints what this host knows of the places of the database's files: what `coverage.inventory` of another host reads. Asks no
 * array.
 */
export const printInventory = (flags: CommonFlags): Promise<void> =>
  runCommand(
    programName,
    () => loadSettings(flags, 'array and database'),
    async (settings) => {
      const log = createStderrLogger(programName, flags);
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
