import type { LogonRequest } from '../logon.js';
import { OracleError } from '../oracle-error.js';
import { type ClientState, clientError, crossNetwork, printErrorBlock } from './client-state.js';
import type { CommandLine } from './command-line.js';
import type { ClientExit } from './exit.js';
import { parseLogon } from './logon-string.js';
import { addressed } from './names.js';
import { bannerText, connectUsage, dateLine, isAtLeast, usageText } from './release.js';
import { afterSqlError, endOn } from './run-sql.js';
import { withStatementFaults } from './statement-faults.js';

/** What became of a logon. */
export type LogonOutcome = 'connected' | 'refused' | 'invalid' | ClientExit;

const serverBanner = ({ database: { state } }: ClientState): string =>
  `Oracle Database ${state.version.split('.')[0]}c Enterprise Edition Release ${state.version} - Production\nVersion ${state.versionFull}\n`;

/** What EXIT prints without -S. Observed: sqlplus.md G33 (E109x). */
export const farewell = (client: ClientState): string =>
  client.isSilent || client.session === undefined ? '' : `Disconnected from ${serverBanner(client)}`;

/**
 * ORA-28001 asks for a new password on the same stream. Observed interactively: sqlplus.md section 7.3 (WGX); that a pipe's
 * next two lines are taken for it is assumed.
 */
const askForPassword = async (client: ClientState, request: LogonRequest): Promise<LogonRequest | undefined> => {
  client.print(`Changing password for ${(request.user ?? '').toLowerCase()}\nNew password: `);
  const first = await client.nextAnswer('', 'secret');
  client.print('\nRetype new password: ');
  const second = await client.nextAnswer('', 'secret');
  client.print('\n');
  const user = client.database.state.users.find(({ name }) => name.toUpperCase() === request.user?.toUpperCase());
  if (user === undefined || first === undefined || first === '' || first !== second) {
    client.print('Password unchanged\n');
    return undefined;
  }
  user.password = first;
  user.state = 'open';
  client.print('Password changed\n');
  return { ...request, password: first };
};

/** What faults are matched with. Never kept: an identifier may be half of a password. */
const logonText = ({ user = '/', identifier, as }: LogonRequest): string =>
  `CONNECT ${user}${identifier === undefined ? '' : `@${identifier}`}${as === undefined ? '' : ` AS ${as}`}`;

const reachServer = async (
  client: ClientState,
  request: LogonRequest,
  profile: readonly string[],
): Promise<LogonOutcome> => {
  await crossNetwork(client);
  try {
    const { database, environment, national, dropped } = client;
    const session = await database.logOn(await addressed(request, environment, database.state.sid), dropped);
    client.session = session;
    if (national.dateMask !== undefined) session.setDateMask(national.dateMask);
    await client.startProfile(profile);
    if (session.warning !== undefined) printErrorBlock(client, clientError(session.warning));
    return 'connected';
  } catch (error) {
    if (!(error instanceof OracleError)) return endOn(client, error);
    printErrorBlock(client, error);
    if (error.code !== 'ORA-28001') return 'refused';
    const renewed = await askForPassword(client, request);
    return renewed === undefined ? 'refused' : reachServer(client, renewed, profile);
  }
};

const logOn = (client: ClientState, request: LogonRequest): Promise<LogonOutcome> => {
  const actions = client.database.faults.takeForStatement(logonText(request));
  const profile = actions.flatMap((action) => (action.kind === 'glogin' ? action.lines : []));
  return withStatementFaults(client, actions, () => reachServer(client, request, profile));
};

const logOnAs = async (client: ClientState, text: string): Promise<LogonOutcome> => {
  const request = parseLogon(text);
  if (request !== undefined) return logOn(client, request);
  client.print(connectUsage(client.release));
  return 'invalid';
};

/** The CONNECT command. The session before it is gone, whatever comes. Source: sqlplus.md section 1. */
export const connect = async (client: ClientState, text: string): Promise<ClientExit | undefined> => {
  const hadSession = client.session !== undefined;
  client.session?.close();
  client.session = undefined;
  const outcome = await logOnAs(client, text);
  if (typeof outcome === 'object') return outcome;
  if (outcome === 'connected') {
    // Silent clients of 19c say nothing; older ones do. Observed: sqlplus.md section 3 (PHD, LS).
    const isIdle = client.database.state.instanceStatus === 'DOWN';
    if (!client.isSilent || !isAtLeast(client.release, '12.1')) {
      client.print(`${isIdle ? client.messages.idle : client.messages.connected}\n`);
    }
    return undefined;
  }
  if (hadSession) client.print('Warning: You are no longer connected to ORACLE.\n');
  // SP2-0306 is no SQL error (assumed: sqlplus.md section 5).
  return outcome === 'refused' ? afterSqlError(client) : undefined;
};

/** Documented: SQL*Plus User's Guide, -NOLOGINTIME (12.1). The time itself is assumed: when this client looked. */
const lastLogin = (client: ClientState): string => {
  const { session, release, database } = client;
  if (session === undefined || session.as !== undefined || !isAtLeast(release, '12.1')) return '';
  const now = new Date(database.state.clock.now());
  return `Last Successful login time: ${dateLine(now)} +00:00\n\n`;
};

const announce = (client: ClientState, isLoginTimeShown: boolean): void => {
  if (client.isSilent) return;
  const isIdle = client.database.state.instanceStatus === 'DOWN';
  const time = isLoginTimeShown ? lastLogin(client) : '';
  client.print(isIdle ? `${client.messages.idle}\n\n` : `${time}\nConnected to:\n${serverBanner(client)}\n`);
};

/** An answer to "Enter user-name:" and, when it brings no password, to "Enter password:". */
const askForLogon = async (client: ClientState): Promise<string> => {
  const user = (await client.nextAnswer('Enter user-name: ')) ?? '';
  if (user === '' || user.includes('/')) return user;
  const password = (await client.nextAnswer('Enter password: ', 'secret')) ?? '';
  return `"${user.replace(/;$/, '').replaceAll('"', '')}"/"${password.replaceAll('"', '')}"`;
};

type StartLogon = Pick<
  Extract<CommandLine, { kind: 'session' }>,
  'logon' | 'isSingleLogon' | 'isNolog' | 'isLoginTimeShown'
>;

/**
 * The logon of the command line. Without -L a refused one makes the next lines of input user names and passwords, up to
 * three attempts in all: SQL is eaten. Observed: sqlplus.md section 7.1 and G16 (LL7274); which line is taken for what is assumed.
 */
export const logOnAtStart = async (
  client: ClientState,
  { logon, isSingleLogon, isNolog, isLoginTimeShown }: StartLogon,
): Promise<ClientExit | undefined> => {
  if (!client.isSilent) client.print(bannerText(client.release, new Date(client.database.state.clock.now())));
  if (isNolog) return undefined;
  if (logon !== '' && parseLogon(logon) === undefined) {
    client.print(usageText(client.release));
    return { status: 1 };
  }
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const text = attempt === 1 && logon !== '' ? logon : await askForLogon(client);
    const outcome = await logOnAs(client, text);
    if (typeof outcome === 'object') return outcome;
    if (outcome === 'connected') {
      announce(client, isLoginTimeShown);
      return undefined;
    }
    if (isSingleLogon) {
      client.print('SP2-0751: Unable to connect to Oracle.  Exiting SQL*Plus\n');
      return { status: 1 };
    }
  }
  client.print('SP2-0157: unable to CONNECT to ORACLE after 3 attempts, exiting SQL*Plus\n');
  return { status: 1 };
};
