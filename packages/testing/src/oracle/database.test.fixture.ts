import { systemClock } from '../clock.js';
import { createDisk } from '../disk.js';
import { createFaults } from '../faults.js';
import { createJournal } from '../journal.js';
import type { SimulatedDatabaseOptions } from './database-options.js';
import { createSimulatedDatabase, type SimulatedDatabase } from './simulated-database.js';

/** A small database for the tests of this folder, at work at every call: four files, three accounts. */
export const createTestDatabase = (settings: Partial<SimulatedDatabaseOptions> = {}) => {
  const clock = settings.clock ?? systemClock;
  const journal = createJournal(clock);
  const faults = createFaults();
  const disk = createDisk();
  const database: SimulatedDatabase = createSimulatedDatabase({
    clock,
    journal,
    faults,
    disk,
    onCall: () => database.work(),
    sid: 'ORCL',
    users: [
      { name: 'system', password: 'Fake-system-secret', roles: ['DBA'] },
      { name: 'backup', password: 'Fake-backup-secret', roles: ['DBA', 'SYSBACKUP'] },
      { name: 'guest', password: 'Fake-guest-secret', roles: ['CREATE SESSION'] },
    ],
    datafiles: ['system01', 'sysaux01', 'undotbs01', 'users01'].map((name) => ({ path: `/data/${name}.dbf` })),
    archiveDirectory: '/arch',
    ...settings,
  });
  return { clock, journal, faults, disk, database };
};
