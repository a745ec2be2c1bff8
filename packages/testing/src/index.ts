export { type ListeningArray, type ListenOptions, listenArray } from './array/listen.js';
export { type ArrayPort, arrayPort } from './array/port.js';
export { createSimulatedArray, type SimulatedArray, type SimulatedArrayOptions } from './array/simulated-array.js';
export { type Clock, systemClock } from './clock.js';
export { databaseContract } from './contracts/database.js';
export { snapshotArrayContract } from './contracts/snapshot-array.js';
export { createDisk, type Disk, mountDisks } from './disk.js';
export { createFaults, type Fault, type FaultAction, type Faults } from './faults.js';
export { addBackupSet, addHistory, type HistoryOptions } from './history.js';
export { createSimulatedHost, type HostInventoryFacts, type HostMount, type SimulatedHost } from './host.js';
export {
  createJournal,
  describeEntry,
  firstOutOfOrder,
  type Hold,
  type Journal,
  type JournalEntry,
} from './journal.js';
export { type Client, type ClientOptions, createClient as createSqlplusClient } from './oracle/client/client.js';
export type { ClientRecord } from './oracle/client-records.js';
export { type ListeningSqlplus, type ListenSqlplusOptions, listenSqlplus } from './oracle/listen.js';
export { databasePort } from './oracle/port.js';
export { createSimulatedDatabase, type SimulatedDatabase } from './oracle/simulated-database.js';
export { type Recovery, recover } from './recovery.js';
export { startTestbed, type Testbed, type TestbedAddress, type TestbedOptions } from './start-testbed.js';
export { createVirtualClock, type VirtualClock } from './virtual-clock.js';
export {
  addDatabase,
  createWorld,
  type FurtherDatabase,
  type World,
  type WorldOptions,
  worldCredentials,
} from './world.js';
