import { TLSSocket } from 'node:tls';
import { buildConnector } from 'undici';
import type { ParsedOptions } from './options.js';
import { distrust, UntrustedCertificate } from './trust.js';

/**
 * Opens connections of which the certificate is trusted.
 *
 * Node's own refusal would destroy the socket before its certificate can be read, and the operator needs the fingerprint to
 * decide. So Node verifies without refusing, and what it found is judged here, before the connection is handed on: over an
 * untrusted one not one byte of a request is ever sent.
 *
 * Source: Node.js documentation, `tlsSocket.authorized` and `tlsSocket.authorizationError` (chain, validity and host name).
 */
export const trustedConnector = ({
  tls,
  connectTimeoutMs,
}: Pick<ParsedOptions, 'tls' | 'connectTimeoutMs'>): buildConnector.connector => {
  const connect = buildConnector({
    rejectUnauthorized: false,
    // A resumed session is not verified anew.
    maxCachedSessions: 0,
    timeout: connectTimeoutMs,
    ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
  });
  return (target, callback) =>
    connect(target, (error, socket) => {
      if (error !== null) return callback(error, null);
      if (!(socket instanceof TLSSocket)) return callback(null, socket);
      const shown = {
        fingerprint256: socket.getPeerX509Certificate()?.fingerprint256,
        verificationError: socket.authorized ? undefined : String(socket.authorizationError),
      };
      const problem = distrust(shown, tls?.fingerprint256);
      if (problem === undefined) return callback(null, socket);
      socket.destroy();
      return callback(new UntrustedCertificate(problem, shown.fingerprint256), null);
    });
};
