/** Releases of the SQL*Plus client that the stand-in can be. */
export const clientReleases = ['11.2', '12.1', '12.2', '18c', '19c', '21c', '23ai'] as const;

export type ClientRelease = (typeof clientReleases)[number];

const numbers: Readonly<Record<ClientRelease, readonly [number: string, full: string | undefined]>> = {
  '11.2': ['11.2.0.4.0', undefined],
  '12.1': ['12.1.0.2.0', undefined],
  '12.2': ['12.2.0.1.0', undefined],
  '18c': ['18.0.0.0.0', '18.3.0.0.0'],
  '19c': ['19.0.0.0.0', '19.3.0.0.0'],
  '21c': ['21.0.0.0.0', '21.3.0.0.0'],
  '23ai': ['23.0.0.0.0', '23.4.0.24.05'],
};

export const isAtLeast = (release: ClientRelease, least: ClientRelease): boolean =>
  clientReleases.indexOf(release) >= clientReleases.indexOf(least);

/** `Release 19.0.0.0.0 - Production`, before 18c without the dash. Observed: sqlplus.md section 1 (CMKSTUB, K12162, SP2640). */
const releaseLine = (release: ClientRelease): string =>
  `SQL*Plus: Release ${numbers[release][0]} ${isAtLeast(release, '18c') ? '- ' : ''}Production`;

const versionLine = (release: ClientRelease): string => {
  const full = numbers[release][1];
  return full === undefined ? '' : `Version ${full}\n`;
};

/** What `-V` prints. */
export const versionText = (release: ClientRelease): string => `\n${releaseLine(release)}\n${versionLine(release)}\n`;

/** `Wed Nov 25 02:17:35 2026`. */
export const dateLine = (now: Date): string =>
  now.toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) ([\d:]+).*$/, '$1 $3 $2 $5 $4');

/** What a client without -S prints first. */
export const bannerText = (release: ClientRelease, now: Date): string =>
  `\n${releaseLine(release)} on ${dateLine(now)}\n${versionLine(release)}\nCopyright (c) 1982, 2024, Oracle.  All rights reserved.\n\n`;

const roles = (release: ClientRelease): string => {
  const old = ['SYSDBA', 'SYSOPER', 'SYSASM'];
  return (isAtLeast(release, '12.1') ? [...old, 'SYSBACKUP', 'SYSDG', 'SYSKM', 'SYSRAC'] : old).join('|');
};

/** Observed: sqlplus.md G14 (SP306). */
export const connectUsage = (release: ClientRelease): string =>
  [
    'SP2-0306: Invalid option.',
    `Usage: CONN[ECT] [{logon|/|proxy} [AS {${roles(release)}}] [edition=value]]`,
    'where <logon> ::= <username>[/<password>][@<connect_identifier>]',
    '      <proxy> ::= <proxyuser>[<username>][/<password>][@<connect_identifier>]',
    '',
  ].join('\n');

/** What an option that is not known prints, shortened. Observed in shape: sqlplus.md section 1 (H122). */
export const usageText = (release: ClientRelease): string =>
  [
    `\n${releaseLine(release)}`,
    '',
    'Use SQL*Plus to execute SQL, PL/SQL and SQL*Plus statements.',
    '',
    'Usage 1: sqlplus -H | -V',
    'Usage 2: sqlplus [ [<option>] [{logon | /nolog}] [<start>] ]',
    '',
  ].join('\n');

/** Usable characters of an input line. Observed: sqlplus.md section 6 (BENCH, L4999); which release changed it is assumed. */
export const lineLimit = (release: ClientRelease): number => (isAtLeast(release, '12.2') ? 4999 : 2499);

/** Why a client does not start. Observed: sqlplus.md section 4.3 (texts); stream and status are assumed. */
export const startFailures = {
  'message-file': {
    stream: 'stdout',
    text: 'Error 6 initializing SQL*Plus\nSP2-0667: Message file sp1<lang>.msb not found\nSP2-0750: You may need to set ORACLE_HOME to your Oracle software directory\n',
    status: 1,
  },
  proxy: {
    stream: 'stdout',
    text: 'Error 46 initializing SQL*Plus\nHTTP proxy setting has incorrect value\nSP2-1502: The HTTP proxy server specified by http_proxy is not accessible\n',
    status: 1,
  },
  'proxy-internal': { stream: 'stdout', text: 'Error 46 initializing SQL*Plus\nInternal error\n', status: 1 },
  initialization: { stream: 'stdout', text: 'Error 45 initializing SQL*Plus\nInternal error\n', status: 1 },
  'message-library': {
    stream: 'stdout',
    text: 'Error 57 initializing SQL*Plus\nError loading message shared library\n',
    status: 1,
  },
  library: {
    stream: 'stderr',
    text: 'sqlplus: error while loading shared libraries: libsqlplus.so: cannot open shared object file: No such file or directory\n',
    status: 127,
  },
} as const;

export type StartFailure = keyof typeof startFailures;

export const startFailureNames = Object.keys(startFailures) as readonly StartFailure[];
