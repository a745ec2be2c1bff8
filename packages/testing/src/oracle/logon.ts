import { instanceFor } from './instances.js';
import { errorLine, OracleError, oracleError } from './oracle-error.js';
import { privilegesOf } from './privileges.js';
import { isArchiverStuck } from './redo.js';
import type { ContainerState, DatabaseState, SimulatedUser } from './state.js';

/** What CONNECT says. `user` is absent for `/`. */
export interface LogonRequest {
  /** In capitals unless it was quoted. */
  readonly user?: string;
  readonly password?: string;
  /** What follows the @: an alias, `//host:port/service` or a descriptor. */
  readonly identifier?: string;
  /** SYSDBA, SYSBACKUP, … */
  readonly as?: string;
}

/** How the simulated host lets people in. */
export interface LogonRules {
  /** Services and aliases that lead here, in capitals. */
  readonly services: readonly string[];
  /** Is `/ AS SYSDBA` let in on this host? */
  readonly isOsAuthenticated: boolean;
  /** Whom the wallet logs on for `/@alias`. */
  readonly walletUser: string | undefined;
}

export interface Logon {
  readonly user: SimulatedUser;
  readonly as: string | undefined;
  readonly privileges: ReadonlySet<string>;
  readonly container: ContainerState | undefined;
  /** The instance that was reached, from 1. */
  readonly instance: number;
  /** `undefined` for a local logon. */
  readonly service: string | undefined;
  /** A line to print although the logon succeeded. */
  readonly warning: string | undefined;
}

const serviceIn = (identifier: string): string =>
  (
    /SERVICE_NAME\s*=\s*([\w.$#-]+)/i.exec(identifier)?.[1] ??
    /SID\s*=\s*([\w.$#-]+)/i.exec(identifier)?.[1] ??
    /^(?:\/\/)?[\w.-]+(?::\d+)?\/([\w.$#-]+)/.exec(identifier)?.[1] ??
    identifier
  ).toUpperCase();

/** The journal's text of a logon. An identifier that leads nowhere is left out: it may be half of a password. */
export const describeLogon = (request: LogonRequest, rules: LogonRules): string => {
  const { user = '/', identifier, as } = request;
  const isKnown = identifier !== undefined && rules.services.includes(serviceIn(identifier).split('.')[0] ?? '');
  const at = identifier === undefined ? '' : isKnown ? `@${identifier}` : '@?';
  return `CONNECT ${user.toLowerCase()}${at}${as === undefined ? '' : ` AS ${as}`}`;
};

const resolveService = (state: DatabaseState, identifier: string, rules: LogonRules): ContainerState | undefined => {
  if (state.isListenerDown) throw oracleError('ORA-12541');
  const service = serviceIn(identifier).split('.')[0] ?? '';
  const container = state.containers.find(({ name, id }) => id > 1 && name === service);
  if (container === undefined && !rules.services.includes(service)) {
    const isAlias = serviceIn(identifier) === identifier.toUpperCase();
    throw oracleError(isAlias ? 'ORA-12154' : 'ORA-12514');
  }
  return container;
};

/** Observed: oracle-hot-backup.md section 4.2 (K1034); the operating system's line is assumed. */
const notAvailable = (): OracleError =>
  new OracleError([
    errorLine('ORA-01034'),
    errorLine('ORA-27101'),
    'Linux-x86_64 Error: 2: No such file or directory',
    'Process ID: 0',
    'Session ID: 0 Serial number: 0',
  ]);

const sys: SimulatedUser = { name: 'SYS', password: '', roles: ['SYSDBA', 'SYSOPER', 'SYSBACKUP', 'SYSDG'] };

const authenticate = (state: DatabaseState, request: LogonRequest, rules: LogonRules): SimulatedUser => {
  const { user: name, password, identifier, as } = request;
  if (name === undefined && identifier === undefined) {
    if (as === undefined) throw oracleError('ORA-01017');
    if (!rules.isOsAuthenticated) throw oracleError('ORA-01031');
    return sys;
  }
  const wanted = name ?? rules.walletUser?.toUpperCase();
  const user = state.users.find((one) => one.name.toUpperCase() === wanted?.toUpperCase());
  if (name !== undefined && (password === undefined || password === '')) throw oracleError('ORA-01005');
  if (user === undefined) throw oracleError('ORA-01017');
  if (user.state === 'locked') throw oracleError('ORA-28000');
  if (name !== undefined && user.password !== password) throw oracleError('ORA-01017');
  return user;
};

/**
 * Lets a user in, or says why not.
 *
 * Source: oracle-hot-backup.md section 4.3 for the texts; section 2 for who can reach an instance that is not open
 * (assumed) or whose archiver is stuck (assumed).
 */
export const checkLogon = (state: DatabaseState, request: LogonRequest, rules: LogonRules, logon: number): Logon => {
  const { identifier, as } = request;
  const container =
    identifier === undefined || identifier === '' ? undefined : resolveService(state, identifier, rules);
  if (state.instanceStatus === 'DOWN' && as === undefined) throw notAvailable();
  const service = identifier === undefined ? undefined : serviceIn(identifier).split('.')[0];
  const instance = instanceFor(state, service, logon);
  // Assumed: the listener knows the services of running instances alone.
  if (state.downInstances.has(instance) && state.instanceStatus !== 'DOWN') throw oracleError('ORA-12514');
  const user = authenticate(state, request, rules);
  if (as !== undefined && !user.roles.includes(as)) throw oracleError('ORA-01031');
  const privileges = privilegesOf(user.roles, as, state.grants);
  if (!privileges.has('CREATE SESSION')) throw oracleError('ORA-01045', user.name.toUpperCase());
  if (as === undefined && state.instanceStatus !== 'OPEN') throw oracleError('ORA-01033');
  if (as === undefined && isArchiverStuck(state)) throw oracleError('ORA-00257');
  if (user.state === 'expired') throw oracleError('ORA-28001');
  return {
    user,
    as,
    privileges,
    container,
    instance,
    service,
    warning: user.state === 'expiring' ? errorLine('ORA-28002', 7) : undefined,
  };
};
