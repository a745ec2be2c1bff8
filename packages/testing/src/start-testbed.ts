import { writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listenArray } from './array/listen.js';
import { listenControl } from './control.js';
import { addHistory } from './history.js';
import type { ClientRelease } from './oracle/client/release.js';
import { filePaths } from './oracle/file-paths.js';
import { listenSqlplus } from './oracle/listen.js';
import { createWorld, type World, type WorldOptions, worldCredentials } from './world.js';

export interface TestbedOptions extends WorldOptions {
  /** Port of the array. Default: any that is free. */
  readonly port?: number;
  readonly arrayLatencyMs?: number;
  /** How far the array's clock is ahead of everybody else's; negative for behind. Default 0. */
  readonly arraySkewMs?: number;
  /** Added once per logon and once per statement that reaches the database. */
  readonly sqlLatencyMs?: number;
  /** The release that the stand-in sqlplus claims to be. Default 19c. */
  readonly sqlplusRelease?: ClientRelease;
  /** Labelled complete sets to begin with, one a day, 1 … n days old. Default 0. */
  readonly historyDays?: number;
  /** Path of the stand-in's script. Default: the one of the built package, beside the file that this is built into. */
  readonly sqlplusScript?: string;
}

/** How to reach a running testbed. */
export interface TestbedAddress {
  readonly infinibox: { readonly url: string; readonly username: string; readonly password: string };
  readonly oracle: { readonly home: string; readonly sid: string; readonly connect: string };
  readonly volumes: { readonly data: readonly string[]; readonly archive: readonly string[] };
  /** Path of a ready orasync.yaml. */
  readonly config: string;
  /** GET the journal, and `clients` below it; POST a fault, a hold, a release, a recovery proof. */
  readonly control: string;
}

/** A world that other processes can use. */
export interface Testbed {
  readonly address: TestbedAddress;
  readonly world: World;
  close(): Promise<void>;
}

/** Starts a world with a REST array behind a real port and an ORACLE_HOME with a stand-in sqlplus. */
export const startTestbed = async (options: TestbedOptions): Promise<Testbed> => {
  const { port, arrayLatencyMs, arraySkewMs = 0, sqlLatencyMs, sqlplusRelease, historyDays = 0, ...rest } = options;
  const { sqlplusScript = fileURLToPath(new URL('./sqlplus.js', import.meta.url)), ...worldOptions } = rest;
  const directory = await mkdtemp(join(tmpdir(), 'orasync-testbed-'));
  const inventory = join(directory, 'host-inventory.json');
  let made: World | undefined;
  // As if the host wrote it anew whenever something changes there.
  const onDatafileAdded = () => {
    if (made !== undefined) writeInventory(inventory, made);
  };
  const world = createWorld({ ...worldOptions, database: { ...worldOptions.database, onDatafileAdded } });
  made = world;
  writeInventory(inventory, world);
  const { array, database, volumes } = world;
  array.skewClock(arraySkewMs);
  addHistory({ array, volumes, database: database.identity }, historyDays);
  const served = await listenArray(array, { port, latencyMs: arrayLatencyMs });
  const sqlplus = await listenSqlplus(database, {
    latencyMs: sqlLatencyMs,
    script: sqlplusScript,
    ...(sqlplusRelease === undefined ? {} : { release: sqlplusRelease }),
  });
  const control = await listenControl(world, {
    setArrayLatency: (ms) => served.setLatency(ms),
    clients: sqlplus.clients,
  });
  const config = await writeConfig(directory, { url: served.url, home: sqlplus.home, world, inventory });
  const { user, password, sid } = worldCredentials.oracle;
  return {
    address: {
      infinibox: { url: served.url, ...worldCredentials.array },
      oracle: { home: sqlplus.home, sid, connect: `${user}/${password}@${sid}` },
      volumes: { data: volumes.data.map(({ name }) => name), archive: volumes.archive.map(({ name }) => name) },
      config,
      control: control.url,
    },
    world,
    close: async () => {
      await Promise.all([served.close(), sqlplus.close(), control.close()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
};

/** Writes what the host says of the files of the database, as `orasync-backup map --inventory` would print it there. */
const writeInventory = (path: string, { host, database: { state } }: World): void => {
  writeFileSync(path, JSON.stringify(host.describe({ paths: filePaths(state), asmDisks: [] })));
};

/** Writes a configuration that works as it stands, with its two secrets in files beside it. */
const writeConfig = async (
  directory: string,
  {
    url,
    home,
    world,
    inventory,
  }: { readonly url: string; readonly home: string; readonly world: World; readonly inventory: string },
): Promise<string> => {
  const { array, oracle } = worldCredentials;
  const secret = async (name: string, text: string): Promise<string> => {
    const path = join(directory, name);
    await writeFile(path, `${text}\n`, { mode: 0o600 });
    return path;
  };
  const target = (role: 'data' | 'archive') => {
    const names = world.volumes[role].map(({ name }) => name).join(', ');
    return world.targets === 'consistencyGroup'
      ? `{ consistencyGroup: ${world.groups[role]}, members: [${names}] }`
      : `{ ${world.targets}: [${names}] }`;
  };
  const lines = [
    'array:',
    `  url: ${url}`,
    `  username: ${array.username}`,
    `  password: { file: ${await secret('array-password', array.password)} }`,
    'databases:',
    `  - name: ${oracle.sid}`,
    '    oracle:',
    `      oracleHome: ${home}`,
    `      connectIdentifier: ${oracle.sid}`,
    `      user: ${oracle.user}`,
    `      password: { file: ${await secret('oracle-password', oracle.password)} }`,
    '    targets:',
    `      data: ${target('data')}`,
    ...(world.volumes.archive.length === 0
      ? []
      : [`      archive: ${target('archive')}`, `    restoreMaterial: ${world.archiveDirectory}`]),
    // A testbed may run for long, and its host changes only when it says so.
    `    coverage: { inventory: { file: ${inventory}, maxAge: 365d } }`,
    '',
  ];
  const path = join(directory, 'orasync.yaml');
  await writeFile(path, lines.join('\n'));
  return path;
};
