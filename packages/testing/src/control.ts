import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { fault } from './faults.js';
import { recover } from './recovery.js';
import type { World } from './world.js';

/** One request to the testbed's control address. Exactly one key. */
const command = z.union([
  /** Waits for the calls that match; see `Fault`. */
  z.strictObject({ fault }),
  /** Keeps every call whose journal text contains `match`, just before or just after its effect. */
  z.strictObject({ hold: z.strictObject({ match: z.string().min(1), when: z.enum(['before', 'after']) }) }),
  /** Lifts the holds with this text. */
  z.strictObject({ release: z.string() }),
  /** Restores these snapshots into a fresh world, recovers it, and says up to which SCN it is consistent. */
  z.strictObject({ recover: z.array(z.int()).min(1) }),
  /** Changes the database as somebody else would. */
  z.strictObject({ database: z.strictObject({ logMode: z.enum(['ARCHIVELOG', 'NOARCHIVELOG']) }) }),
]);

const readJson = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined; // refused by the schema like every other wrong body
  }
};

const obey = (world: World, input: z.output<typeof command>): unknown => {
  if ('fault' in input) world.faults.inject(input.fault);
  else if ('hold' in input) world.journal.hold(input.hold);
  else if ('release' in input) world.journal.release(input.release);
  else if ('database' in input) world.database.setLogMode(input.database.logMode);
  else
    return recover(
      world.database,
      input.recover.map((id) => world.array.contentOf(id)),
    );
  return { ok: true };
};

/**
 * Serves the control address: GET answers the journal as a JSON list; POST obeys one command.
 *
 * @returns The address, and the way to stop.
 */
export const listenControl = async (world: World): Promise<{ readonly url: string; close(): Promise<void> }> => {
  const toJson = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(`${JSON.stringify(body, toJson)}\n`);
    };
    const serve = async () => {
      if (request.method === 'GET') return answer(200, world.journal.entries);
      if (request.method !== 'POST') return answer(405, { error: 'GET or POST' });
      const parsed = command.safeParse(await readJson(request));
      return parsed.success
        ? answer(200, obey(world, parsed.data))
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
