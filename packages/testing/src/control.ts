import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { fault } from './faults.js';
import type { ClientRecord } from './oracle/client-records.js';
import { databaseKnobs, turnDatabase } from './oracle/database-knobs.js';
import { recover } from './recovery.js';
import type { World } from './world.js';

/** What can be changed about the array while it runs. Any of them at once. */
const arrayKnobs = z
  .strictObject({
    /** Makes every session cookie invalid. */
    expireSessions: z.literal(true),
    /** Moves the array's clock against everybody else's; negative for back. Adds up. */
    skewClockMs: z.int(),
    /** The round trip of every call from now on. */
    latencyMs: z.int().min(0).max(600_000),
    /** Limits a pool, the first one unless named. 0 makes it full. */
    poolCapacity: z.strictObject({ bytes: z.int().min(0), pool: z.string().optional() }),
    /** Maps a volume to a host, which is made when there is none of this name. */
    map: z.strictObject({ volume: z.int(), host: z.string() }),
    /** Makes a volume or filesystem the source of a replica, or its target. */
    replicate: z.strictObject({ dataset: z.int(), role: z.enum(['SOURCE', 'TARGET']).optional() }),
    /** Locks a snapshot for so long from now, by the array's clock. */
    lock: z.strictObject({ snapshot: z.int(), forMs: z.int().min(1) }),
  })
  .partial()
  .refine((knobs) => Object.keys(knobs).length > 0, 'at least one');

/** One request to the testbed's control address. Exactly one key. */
const command = z
  .strictObject({
    /** Waits for the calls that match; see `Fault`. */
    fault,
    /** Keeps every call whose journal text contains `match`, just before or just after its effect. */
    hold: z.strictObject({
      match: z.string(),
      when: z.enum(['before', 'after']),
      skip: z.int().min(0).optional(),
    }),
    /** Lifts the holds with this text. */
    release: z.string(),
    /** Restores these snapshots into a fresh world, recovers it, and says up to which SCN it is consistent. */
    recover: z.array(z.int()).min(1),
    /** Changes the array as time or somebody else would. */
    array: arrayKnobs,
    /** Changes the database as somebody else would. */
    database: databaseKnobs,
  })
  .partial()
  .refine((keys) => Object.keys(keys).length === 1, 'exactly one of fault, hold, release, recover, array and database');

const readJson = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined; // refused by the schema like every other wrong body
  }
};

/** What the control address reaches beyond the world. */
interface ControlOptions {
  /** Sets the round trip of the calls that reach the array over the wire. */
  readonly setArrayLatency: (ms: number) => void;
  /** The stand-in clients so far. */
  readonly clients: readonly ClientRecord[];
}

const turn = ({ array }: World, knobs: z.output<typeof arrayKnobs>, { setArrayLatency }: ControlOptions): void => {
  const { expireSessions, skewClockMs, latencyMs, poolCapacity, map, replicate, lock } = knobs;
  if (skewClockMs !== undefined) array.skewClock(skewClockMs);
  if (expireSessions !== undefined) array.expireSessions();
  if (latencyMs !== undefined) setArrayLatency(latencyMs);
  if (poolCapacity !== undefined) array.limitPool(poolCapacity.bytes, poolCapacity.pool);
  if (map !== undefined) array.map(map.volume, map.host);
  if (replicate !== undefined) array.replicate(replicate.dataset, { role: replicate.role });
  if (lock !== undefined) array.lock(lock.snapshot, new Date(array.now() + lock.forMs));
};

const obey = (world: World, input: z.output<typeof command>, options: ControlOptions): unknown => {
  if (input.recover !== undefined)
    return recover(
      world.database,
      input.recover.map((id) => world.array.contentOf(id)),
    );
  if (input.fault !== undefined) world.faults.inject(input.fault);
  if (input.hold !== undefined) world.journal.hold(input.hold);
  if (input.release !== undefined) world.journal.release(input.release);
  if (input.array !== undefined) turn(world, input.array, options);
  if (input.database !== undefined) turnDatabase(world.database, input.database);
  return { ok: true };
};

/**
 * Serves the control address: GET answers the journal as a JSON list, GET of `clients` below it what the stand-in
 * clients were started with and read; POST obeys one command.
 *
 * @returns The address, and the way to stop.
 */
export const listenControl = async (
  world: World,
  options: ControlOptions,
): Promise<{ readonly url: string; close(): Promise<void> }> => {
  const toJson = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(`${JSON.stringify(body, toJson)}\n`);
    };
    const serve = async () => {
      const isOfClients = /^\/+clients\/*$/.test(request.url ?? '');
      if (request.method === 'GET') return answer(200, isOfClients ? options.clients : world.journal.entries);
      if (request.method !== 'POST') return answer(405, { error: 'GET or POST' });
      const parsed = command.safeParse(await readJson(request));
      return parsed.success
        ? answer(200, obey(world, parsed.data, options))
        : answer(400, { error: z.prettifyError(parsed.error) });
    };
    serve().catch((error: unknown) => answer(500, { error: String(error) }));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
