import { type Clock, systemClock } from '../clock.js';
import { type OracleSettings, parseOptions } from '../options.js';
import { createOracleControl } from '../oracle-control.js';
import type { StartSqlplus } from '../run-sqlplus.js';
import type { Link } from './link.js';
import type { ToGuard, ToRun } from './messages.js';
import { type GuardLog, serveGuard } from './serve-guard.js';

/** What a guard runs with. */
export interface RunGuardOptions {
  /** The machine's clock unless given. */
  readonly clock?: Clock;
  readonly startSqlplus?: StartSqlplus;
  /** Opens the guard's own log, in the file that the run names. Silent unless given. */
  readonly openLog?: (file: string | undefined) => GuardLog;
}

/**
 * Guards one bracket for the run at the other end of the link, in this process: what `guard-main.js` does in its own.
 * Returns once the run has let it go, or is gone and the database is out of backup mode. Never rejects.
 */
export const runGuard = (link: Link<ToGuard, ToRun>, options: RunGuardOptions = {}): Promise<void> => {
  const { clock = systemClock, openLog = () => () => undefined, startSqlplus } = options;
  const inherited = { clock, ...(startSqlplus === undefined ? {} : { startSqlplus }) };
  return serveGuard(link, {
    createControl: (received) => {
      // Checked by `parseOptions`, which names what is wrong with it.
      const settings = received as OracleSettings;
      const { limits } = parseOptions(settings);
      return { beginMs: limits.beginMs, ...createOracleControl({ ...settings, ...inherited }) };
    },
    clock,
    openLog,
  });
};
