import { realpath } from 'node:fs/promises';
import { connect } from 'node:net';
import type { ClientEnvironment } from './client-state.js';
import type { StartFailure } from './release.js';

const isSamePlace = async (one: string, other: string): Promise<boolean> => {
  const [a, b] = await Promise.all([one, other].map((path) => realpath(path).catch(() => path)));
  return a === b;
};

/** Is there anything at this address? Half a second is patience enough for a test. */
const answers = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.setTimeout(500, () => settle(false));
    socket.on('connect', () => settle(true));
    socket.on('error', () => settle(false));
  });

const isProxyUsable = async (proxy: string): Promise<boolean> => {
  const text = /:\/\//.test(proxy) ? proxy : `http://${proxy}`;
  if (!URL.canParse(text)) return false;
  const { hostname, port } = new URL(text);
  return answers(hostname.replace(/^\[(.*)\]$/, '$1'), Number(port || 80));
};

/**
 * Why a client with this environment does not start: another ORACLE_HOME than its own, or an http_proxy that cannot be
 * reached. Observed: sqlplus.md section 4.3 (E6a, E6b, E46a).
 *
 * @param home  Where this client is installed.
 */
export const whyNotStarted = async ({ values }: ClientEnvironment, home: string): Promise<StartFailure | undefined> => {
  if (values.ORACLE_HOME !== undefined && !(await isSamePlace(values.ORACLE_HOME, home))) return 'message-file';
  const proxy = values.http_proxy ?? values.HTTP_PROXY ?? '';
  return proxy === '' || (await isProxyUsable(proxy)) ? undefined : 'proxy';
};
