import { z } from 'zod';
import type { Departure } from './gate.js';
import { ArrayCallError, type ArrayPort, toSnapshot, wireItem, wireSystem } from './port-words.js';
import type { SimulatedArray } from './simulated-array.js';

const largestPageSize = 1000;

interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/api/rest`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

const readAnswer = (departure: Departure, what: string): unknown => {
  switch (departure.kind) {
    case 'answer':
      return departure.answer.result;
    case 'refusal': {
      const { status, code, message } = departure.refusal;
      // A server that failed half-way may have done it. Source: infinibox-api.md section 1.8.
      const outcome = status >= 500 ? 'unknown' : 'refused';
      throw new ArrayCallError(`${what}: ${message}`, { outcome, status, apiCode: code });
    }
    case 'garbage':
      throw new ArrayCallError(`${what}: the answer is not JSON`, { outcome: 'unknown' });
    case 'cut':
      throw new ArrayCallError(`${what}: no answer`, { outcome: 'unknown' });
  }
};

const rejectOnAbort = (signal: AbortSignal, what: string): Promise<never> =>
  new Promise((_, reject) => {
    const abort = () => reject(new ArrayCallError(`${what}: given up`, { outcome: 'unknown' }));
    signal.addEventListener('abort', abort, { once: true });
  });

const hasApiCode = (error: unknown, code: string): boolean => error instanceof ArrayCallError && error.apiCode === code;

const isMissing = (error: unknown): boolean => error instanceof ArrayCallError && error.status === 404;

export type { ArrayPort } from './port-words.js';

/**
 * The simulated array as core's port: no HTTP, the same journal texts, faults and holds as over REST. Errors are
 * `ArrayCallError`.
 */
export const arrayPort = (array: SimulatedArray): ArrayPort => {
  const call = async ({ method, path, query = {}, body, signal }: Call): Promise<unknown> => {
    const what = `${method} /api/rest${path}`;
    if (signal?.aborted === true) throw new ArrayCallError(`${what}: not sent`, { outcome: 'refused' });
    const request = {
      method,
      path: `/api/rest${path}`,
      query: new URLSearchParams(query),
      bodyText: body === undefined ? '' : JSON.stringify(body),
      caller: 'trusted' as const,
    };
    if (signal === undefined) return readAnswer(await array.call(request), what);
    return readAnswer(await Promise.race([rejectOnAbort(signal, what), array.call(request, signal)]), what);
  };

  // Approved on the array's plain demand alone: never on APPROVAL_REQUIRED_VOLUME_HAS_CHILDREN, for an approved delete takes
  // the children along. Source: infinibox-api.md section 4.7.
  const deleteWithApproval = async (path: string): Promise<void> => {
    try {
      await call({ method: 'DELETE', path });
    } catch (error) {
      if (!hasApiCode(error, 'APPROVAL_REQUIRED')) throw error;
      await call({ method: 'DELETE', path, query: { approved: 'true' } });
    }
  };

  const list = async (path: string, filter: Readonly<Record<string, string>>): Promise<readonly unknown[]> => {
    const items: unknown[] = [];
    for (let page = 1; ; page += 1) {
      const query = { ...filter, page: String(page), page_size: String(largestPageSize) };
      const found = z.array(z.unknown()).parse(await call({ method: 'GET', path, query }));
      items.push(...found);
      if (found.length < largestPageSize) return items;
    }
  };

  const listVolumes = async (filter: Readonly<Record<string, string>>) =>
    (await list('/volumes', filter)).map(toSnapshot);

  const listItems = async (path: string, filter: Readonly<Record<string, string>>) =>
    z.array(wireItem).parse(await list(path, filter));

  return {
    readIdentity: async () => {
      const { name, serial_number, version, localtime } = wireSystem.parse(
        await call({ method: 'GET', path: '/system' }),
      );
      return { name, serial: String(serial_number), version, time: new Date(localtime.utc_time) };
    },

    findVolumes: async (names) => (await Promise.all(names.map((name) => listVolumes({ name: `eq:${name}` })))).flat(),

    createSnapshots: async ({ name, parents }, { signal }) => {
      const [only] = parents;
      if (parents.length === 1 && only !== undefined) {
        const body = { parent_id: only.id, name };
        return [toSnapshot(await call({ method: 'POST', path: '/volumes', body, signal }))];
      }
      const body = { entities: parents.map(({ id }) => ({ id })), snap_prefix: `${name}_` };
      const made = await call({ method: 'POST', path: '/volumes/group_snapshot', body, signal });
      return z.array(z.unknown()).parse(made).map(toSnapshot);
    },

    findVolume: async (id) => (await listVolumes({ id: `eq:${id}` }))[0],
    listVolumes: async (ids) => (ids.length === 0 ? [] : listVolumes({ id: `in:(${ids.join(',')})` })),
    listSnapshotsNamed: (text) => listVolumes({ name: `like:${text}`, type: 'eq:SNAPSHOT' }),

    listLabels: async (key) =>
      (await listItems('/metadata', { key: `eq:${key}` })).flatMap(({ object_id, value }) =>
        object_id === 'system' ? [] : [{ objectId: object_id, key, value }],
      ),
    readLabels: async (objectId) =>
      Object.fromEntries((await listItems(`/metadata/${objectId}`, {})).map(({ key, value }) => [key, value])),
    writeLabels: async (objectId, labels) =>
      void (await call({ method: 'PUT', path: `/metadata/${objectId}`, body: labels })),

    removeLabel: async (objectId, key) => {
      try {
        await deleteWithApproval(`/metadata/${objectId}/${encodeURIComponent(key)}`);
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    },

    deleteSnapshot: (id) => deleteWithApproval(`/volumes/${id}`),
  };
};
