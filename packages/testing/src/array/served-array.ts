import { type Clock, systemClock } from '../clock.js';
import { createFaults, type Faults } from '../faults.js';
import { createJournal, type Journal } from '../journal.js';
import { type ListenOptions, listenArray } from './listen.js';
import { createSimulatedArray, type SimulatedArray, type SimulatedArrayOptions } from './simulated-array.js';

/** An answer as a REST client reads it. */
interface RestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly result: unknown;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** A simulated array of its own behind a real port, with one account. */
export interface ServedArray {
  readonly array: SimulatedArray;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /**
   * One call with Basic authentication, or as a stranger with `headers` of its own.
   *
   * @param path  Below `/api/rest/`, with its query.
   */
  request(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<RestAnswer>;
  /** The round trip of the calls to come. */
  setLatency(ms: number): void;
  close(): Promise<void>;
}

/** Starts an array for tests of anything that speaks REST. Every part can be given; the rest is made. */
export const serveArray = async (
  options: Partial<SimulatedArrayOptions> & { readonly listen?: ListenOptions | undefined } = {},
): Promise<ServedArray> => {
  const clock: Clock = options.clock ?? systemClock;
  const journal = options.journal ?? createJournal(clock);
  const faults = options.faults ?? createFaults();
  const { username = 'admin', password = 'not-a-password' } = options;
  const array = createSimulatedArray({ ...options, clock, journal, faults, username, password });
  const listening = await listenArray(array, options.listen);
  const { url } = listening;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  return {
    array,
    journal,
    faults,
    url,
    username,
    password,
    request: async (method, path, body, headers = { authorization }) => {
      const response = await fetch(`${url}/api/rest/${path}`, {
        method,
        headers: { ...headers, 'Content-Type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
      });
      const envelope = (await response.json()) as Omit<RestAnswer, 'status' | 'headers'>;
      return { ...envelope, status: response.status, headers: response.headers };
    },
    setLatency: (ms) => listening.setLatency(ms),
    close: () => listening.close(),
  };
};
