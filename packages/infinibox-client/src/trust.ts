/** The certificate that a server showed, and what Node's own verification (chain, validity, host name) says of it. */
interface ShownCertificate {
  /** Upper-case hex pairs joined by colons; `undefined` when the server showed none. */
  readonly fingerprint256: string | undefined;
  /** `undefined` when verified, else a code such as `DEPTH_ZERO_SELF_SIGNED_CERT`. */
  readonly verificationError: string | undefined;
}

/**
 * Decides whether a server may be talked to. Pure.
 *
 * @param pinned  Trusts exactly the certificate with this SHA-256 fingerprint, whoever signed it, and no other.
 * @returns       What is wrong, or `undefined`.
 */
export const distrust = (shown: ShownCertificate, pinned: string | undefined): string | undefined => {
  if (pinned !== undefined)
    return shown.fingerprint256 === pinned
      ? undefined
      : `certificate pinned as ${pinned}, but the server showed ${shown.fingerprint256 ?? 'none'}`;
  if (shown.verificationError === undefined) return undefined;
  return `certificate not trusted (${shown.verificationError}), fingerprint ${shown.fingerprint256 ?? 'none'}`;
};

/** A connection was closed before anything was sent over it, because its certificate is not trusted. */
export class UntrustedCertificate extends Error {
  override readonly name = 'UntrustedCertificate';
  readonly fingerprint256: string | undefined;

  constructor(message: string, fingerprint256: string | undefined) {
    super(message);
    this.fingerprint256 = fingerprint256;
  }
}
