import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Client, createClient } from './client/client.js';
import type { ClientRelease, StartFailure } from './client/release.js';
import { type ClientFrame, createFrameReader, writtenFrame } from './frames.js';
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
  /** Arguments of each client so far. */
  readonly arguments: readonly (readonly string[])[];
  /** Clients whose connection is open at this moment. */
  clientCount(): number;
  close(): Promise<void>;
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

const pieces = (bytes: Buffer, size: number): readonly Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );

/**
 * Serves the simulated database to stand-in clients, each with a session of its own. A client that is killed loses what
 * it had not sent; a statement that runs is finished.
 */
export const listenSqlplus = async (
  database: SimulatedDatabase,
  options: ListenSqlplusOptions,
): Promise<ListeningSqlplus> => {
  const home = await mkdtemp(join(tmpdir(), 'orasync-home-'));
  const socketPath = join(home, 'sqlplus.sock');
  const environments: (readonly string[])[] = [];
  const started: (readonly string[])[] = [];
  const sockets = new Set<Socket>();

  const serve = (socket: Socket): void => {
    sockets.add(socket);
    socket.setEncoding('utf8');
    let client: Client | undefined;
    const write = (stream: 'stdout' | 'stderr', text: string): void => {
      const bytes = Buffer.from(text, 'utf8');
      for (const piece of pieces(bytes, options.pieceBytes ?? bytes.length)) {
        const data = piece.toString('base64');
        socket.write(writtenFrame(stream === 'stdout' ? { stdout: data } : { stderr: data }));
      }
    };
    const start = (args: readonly string[]): Client => {
      const { latencyMs = 0, script: _, pieceBytes: __, ...rest } = options;
      const starting = createClient(database, { ...rest, latencyMs, arguments: args, write });
      starting.exited.then(
        (exit) => socket.end(writtenFrame(exit)),
        (error: unknown) => {
          write('stderr', `orasync stand-in sqlplus: the simulation failed: ${String(error)}\n`);
          socket.end(writtenFrame({ status: 70 }));
        },
      );
      return starting;
    };
    const receive = (frame: ClientFrame): void => {
      if ('arguments' in frame) {
        environments.push(frame.environmentNames);
        started.push(frame.arguments);
        client = start(frame.arguments);
      } else if ('input' in frame) client?.feed(Buffer.from(frame.input, 'base64'));
      else client?.end();
    };
    socket.on('data', createFrameReader(receive));
    // A killed client resets its connection; `close` follows and says all there is to say.
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      client?.drop();
    });
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
    environments,
    arguments: started,
    clientCount: () => sockets.size,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((done) => void server.close(() => done()));
      await rm(home, { recursive: true, force: true });
    },
  };
};
