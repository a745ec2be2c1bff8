import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ClientRelease, StartFailure } from './client/release.js';
import { type ClientRecord, createClientRecords } from './client-records.js';
import { serveClient } from './serve-client.js';
import type { SimulatedDatabase } from './simulated-database.js';

export interface ListenSqlplusOptions {
  /** Path of the stand-in program, built or bundled. */
  readonly script: string;
  /** Added once per logon and once per statement that reaches the database. Default 0. */
  readonly latencyMs?: number | undefined;
  /** The release that the client claims to be. Default 19c. */
  readonly release?: ClientRelease;
  /** Every client fails to start like this. */
  readonly startFailure?: StartFailure;
  /** Lines of glogin.sql, run after every logon. */
  readonly glogin?: readonly string[];
  /** Output goes out in pieces of so many bytes, so that characters and markers are cut anywhere. */
  readonly pieceBytes?: number;
}

/** A running stand-in: an ORACLE_HOME whose `bin/sqlplus` any program can start. */
export interface ListeningSqlplus {
  readonly home: string;
  /** Environment variables that each client so far was started with: names, never values. */
  readonly environments: readonly (readonly string[])[];
  /** Arguments of each client so far, as they were. */
  readonly arguments: readonly (readonly string[])[];
  /** Every client so far, with the lines that it read. Passwords are struck out. */
  readonly clients: readonly ClientRecord[];
  /** Clients whose connection is open at this moment. */
  clientCount(): number;
  close(): Promise<void>;
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Serves the simulated database to stand-in clients, each with a session of its own. */
export const listenSqlplus = async (
  database: SimulatedDatabase,
  options: ListenSqlplusOptions,
): Promise<ListeningSqlplus> => {
  const home = await mkdtemp(join(tmpdir(), 'orasync-home-'));
  const socketPath = join(home, 'sqlplus.sock');
  const records = createClientRecords(() => database.state.clock.now());
  const sockets = new Set<Socket>();

  const { latencyMs = 0, release = '19c', glogin = [], startFailure, pieceBytes } = options;
  const installation = { home, latencyMs, release, glogin, startFailure, pieceBytes };
  const serve = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serveClient(socket, database, { installation, records });
  };

  const server = createServer({ allowHalfOpen: false }, serve);
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(socketPath, done);
  });
  await mkdir(join(home, 'bin'));
  const program = join(home, 'bin', 'sqlplus');
  const command = [process.execPath, resolve(options.script), socketPath].map(quoted).join(' ');
  await writeFile(program, `#!/bin/sh\nexec ${command} "$@"\n`);
  await chmod(program, 0o755);

  return {
    home,
    get environments() {
      return records.all.map(({ environmentNames }) => environmentNames);
    },
    arguments: records.rawArguments,
    clients: records.all,
    clientCount: () => sockets.size,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((done) => void server.close(() => done()));
      await rm(home, { recursive: true, force: true });
    },
  };
};
