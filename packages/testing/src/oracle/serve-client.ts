import type { Socket } from 'node:net';
import { delay } from '../clock.js';
import { type Client, type ClientOptions, createClient } from './client/client.js';
import { type ClientExit, deathOf } from './client/exit.js';
import { redactArguments } from './client/redaction.js';
import type { ClientRelease, StartFailure } from './client/release.js';
import { whyNotStarted } from './client/start.js';
import { isStartAction, type StartAction } from './client-faults.js';
import { createOutputSender, outputShape } from './client-output.js';
import type { ClientRecords } from './client-records.js';
import { type ClientFrame, type ClientStart, createFrameReader, type ServerFrame, writtenFrame } from './frames.js';
import type { SimulatedDatabase } from './simulated-database.js';

/** What all clients of one ORACLE_HOME have in common. */
export interface Installation {
  readonly home: string;
  readonly latencyMs: number;
  readonly release: ClientRelease;
  readonly startFailure: StartFailure | undefined;
  readonly glogin: readonly string[];
  readonly pieceBytes: number | undefined;
}

/** How one client is to behave, with what its environment and the faults of its start make of it. */
const clientOptions = async (
  { arguments: args, environment, directory }: ClientStart,
  actions: readonly StartAction[],
  { home, latencyMs, glogin, ...installed }: Installation,
): Promise<Omit<ClientOptions, 'write' | 'onLine'>> => {
  const language = actions.findLast((action) => action.kind === 'language');
  const values = language === undefined ? environment : { ...environment, NLS_LANG: language.nlsLang };
  const surroundings = { values, directory, home };
  const startFailure =
    actions.find((action) => action.kind === 'start')?.failure ??
    installed.startFailure ??
    (await whyNotStarted(surroundings, home));
  return {
    arguments: args,
    environment: surroundings,
    latencyMs,
    glogin,
    release: actions.findLast((action) => action.kind === 'release')?.release ?? installed.release,
    ...(startFailure === undefined ? {} : { startFailure }),
  };
};

/**
 * Lives the life of one client process at the other end of its socket, until either goes away. A client that is killed
 * loses what it had not sent; a statement that runs is finished.
 */
export const serveClient = (
  socket: Socket,
  database: SimulatedDatabase,
  { installation, records }: { readonly installation: Installation; readonly records: ClientRecords },
): void => {
  const { clock } = database.state;
  let client: Client | undefined;
  /** What arrives before the client has started. */
  const early: ((client: Client) => void)[] = [];
  let isGone = false;

  const tell = (frame: ServerFrame): void => {
    if (!socket.destroyed) socket.write(writtenFrame(frame));
  };
  const act = (does: (client: Client) => void): void => {
    if (client === undefined) early.push(does);
    else does(client);
  };

  const live = async (start: ClientStart): Promise<void> => {
    const record = records.open(start);
    socket.once('close', () => record.end('gone'));
    const met = database.faults.takeForStart(['sqlplus', ...redactArguments(start.arguments)].join(' '));
    const actions = met.filter(isStartAction);
    const sender = createOutputSender(outputShape(actions, installation.pieceBytes), clock);
    const end = async (exit: ClientExit): Promise<void> => {
      await sender.flushed();
      record.end(exit);
      socket.end(writtenFrame(exit));
    };

    for (const action of met) {
      if (action.kind === 'ignoreSignals') tell({ ignore: action.signals });
      if (action.kind === 'orphan') tell({ orphanMs: action.ms });
      if (action.kind === 'delay') await delay(clock, action.ms);
    }
    if (met.some(({ kind }) => kind === 'hang')) return;
    const death = actions.find((action) => action.kind === 'die');
    if (death !== undefined) return end(deathOf(death));

    client = createClient(database, {
      ...(await clientOptions(start, actions, installation)),
      onLine: (line) => record.addLine(line),
      write: (stream, text, encoding) =>
        sender.write(text, encoding, (piece) => {
          const data = piece.toString('base64');
          tell(stream === 'stdout' ? { stdout: data } : { stderr: data });
        }),
    });
    if (isGone) client.drop();
    for (const does of early.splice(0)) does(client);
    return end(await client.exited);
  };

  const receive = (frame: ClientFrame): void => {
    if ('arguments' in frame) {
      live(frame).catch((error: unknown) => {
        const text = `orasync stand-in sqlplus: the simulation failed: ${String(error)}\n`;
        tell({ stderr: Buffer.from(text).toString('base64') });
        socket.end(writtenFrame({ status: 70 }));
      });
    } else if ('input' in frame) {
      const bytes = Buffer.from(frame.input, 'base64');
      act((running) => running.feed(bytes));
    } else act((running) => running.end());
  };

  socket.setEncoding('utf8');
  socket.on('data', createFrameReader(receive));
  // A killed client resets its connection; `close` follows and says all there is to say.
  socket.on('error', () => {});
  socket.on('close', () => {
    isGone = true;
    client?.drop();
  });
};
