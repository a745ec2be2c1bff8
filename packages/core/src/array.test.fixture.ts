import { arrayPort, createFaults, createJournal, createSimulatedArray, createVirtualClock } from '@orasync/testing';

/** A simulated array with nothing on it, at noon of a day, and core's port to it. */
export const createTestArray = () => {
  const clock = createVirtualClock(Date.parse('2026-11-24T12:00:00Z'));
  const journal = createJournal(clock);
  const faults = createFaults();
  const simulated = createSimulatedArray({ clock, journal, faults, username: 'admin', password: 'Fake-pw' });
  return { clock, journal, faults, simulated, array: arrayPort(simulated) };
};
