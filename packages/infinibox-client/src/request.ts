import { type Address, type ApiRequest, createAddress } from './address.js';
import type { ParsedOptions } from './options.js';
import { suggestsAnotherAddress } from './retry.js';
import type { LoginRequest } from './session.js';
import type { Answer } from './wire.js';

/** Sends requests of one client, with its credentials. */
export interface Transport {
  /** How many addresses there are to ask. */
  readonly addresses: number;
  /**
   * Sends a request once, to the address that answered last, and opens the answer's envelope. An address that is down or
   * failing over is left for the next one from then on.
   *
   * @param signal  When it aborts, the attempt fails at once; its reason becomes the error's cause.
   * @throws {InfiniboxConnectionError | InfiniboxResponseError | InfiniboxDecodeError}
   */
  attempt(request: ApiRequest, signal: AbortSignal): Promise<Answer>;
  /** Logs in now. @throws {InfiniboxInputError} The client works without a session. */
  login(request: LoginRequest, signal: AbortSignal): Promise<Answer>;
  /** Ends the session, if there is one. */
  logout(request: LoginRequest, signal: AbortSignal): Promise<void>;
  /** Lets calls in progress finish and closes the connections. */
  close(): Promise<void>;
}

/**
 * Creates what sends requests. Like the vendor's own client it asks one address at a time and stays with the one that
 * works. Source: infinibox-api.md sections 1.1 and 1.8.
 */
export const createTransport = (options: ParsedOptions): Transport => {
  const [firstUrl, ...otherUrls] = options.urls;
  const first = createAddress(firstUrl, options);
  const addresses = [first, ...otherUrls.map((url) => createAddress(url, options))];
  let current = first;

  const atCurrent = async <T>(ask: (address: Address) => Promise<T>): Promise<T> => {
    const asked = current;
    try {
      return await ask(asked);
    } catch (error) {
      // Of several calls that fail at one address, only the first moves on.
      if (asked === current && suggestsAnotherAddress(error))
        current = addresses[addresses.indexOf(asked) + 1] ?? first;
      throw error;
    }
  };

  let closing: Promise<void> | undefined;
  return {
    addresses: addresses.length,
    attempt: (request, signal) => atCurrent((address) => address.attempt(request, signal)),
    login: (request, signal) => atCurrent((address) => address.login(request, signal)),
    logout: async (request, signal) => {
      await Promise.all(addresses.map((address) => address.logout(request, signal)));
    },
    close: () => {
      closing ??= Promise.all(addresses.map((address) => address.close())).then(() => undefined);
      return closing;
    },
  };
};
