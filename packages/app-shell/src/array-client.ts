import { readFileSync } from 'node:fs';
import type { Log } from '@orasync/core';
import { createInfiniboxClient, type InfiniboxClient } from '@orasync/infinibox-client';
import { ConfigError } from './config-error.js';
import type { Settings } from './settings.js';

/**
 * The client of the array that the settings name. Sends nothing.
 *
 * @throws {ConfigError} The certificate file cannot be read.
 */
export const createArrayClient = (settings: Settings, log: Log): InfiniboxClient => {
  const { url, username, caFile, fingerprint256 } = settings.config.array;
  const ca = caFile === undefined ? undefined : readCertificates(caFile);
  if (url.startsWith('http:'))
    log.warn({ url }, 'the array is reached without TLS: the password can be read on the network');
  return createInfiniboxClient({
    url,
    username,
    password: settings.arrayPassword(),
    ...(ca === undefined && fingerprint256 === undefined ? {} : { tls: { ca, fingerprint256 } }),
    onResponse: (response) => log.debug({ ...response }, 'array'),
  });
};

const readCertificates = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError([`array.caFile: ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`]);
  }
};

/** The exact setting that would trust the certificate that an error of the connection carries; else `undefined`. */
export const trustHint = (error: unknown, { origin }: Pick<Settings, 'origin'>): string | undefined => {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { certificate } = cause as { certificate?: { fingerprint256?: string } };
    if (certificate?.fingerprint256 === undefined) continue;
    const { fingerprint256 } = certificate;
    return origin === 'file'
      ? `If this is the array's certificate, trust it with array.fingerprint256: "${fingerprint256}", or its authority with array.caFile.`
      : `If this is the array's certificate, trust it with ORASYNC_FINGERPRINT256=${fingerprint256}, or its authority with ORASYNC_CA_FILE.`;
  }
  return undefined;
};
