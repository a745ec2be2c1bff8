import type { Duplex } from 'node:stream';
import type { z } from 'zod';
import { createLineReader } from '../lines.js';

/** One end of the pipe between a run and its guard: messages, one line of JSON each. */
export interface Link<Incoming, Outgoing> {
  /** Dropped once the other side is gone; `closed` tells. */
  send(message: Outgoing): void;
  /** Sets what takes the messages. Those that came before are kept for it. */
  receive(onMessage: (message: Incoming) => void): void;
  /** Settles when the other side has gone, or sent something that is no message. Never rejects. */
  readonly closed: Promise<void>;
  close(): void;
}

/** SCNs travel as decimal strings. */
const written = (message: unknown): string =>
  `${JSON.stringify(message, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}\n`;

const parsed = <Incoming>(schema: z.ZodType<Incoming>, line: string): Incoming | undefined => {
  try {
    return schema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined; // no JSON, so no message: the link is closed for it
  }
};

/** @param schema  What the other side may send. */
export const createLink = <Incoming, Outgoing>(
  stream: Duplex,
  schema: z.ZodType<Incoming>,
): Link<Incoming, Outgoing> => {
  const waiting: Incoming[] = [];
  let take = (message: Incoming): void => void waiting.push(message);
  const reader = createLineReader((line) => {
    const message = parsed(schema, line);
    if (message === undefined) stream.destroy();
    else take(message);
  });
  const closed = new Promise<void>((resolve) => {
    stream.once('end', resolve);
    stream.once('close', resolve);
  });
  // EPIPE and ECONNRESET: the other side is gone, which `closed` says as well.
  stream.on('error', () => undefined);
  stream.setEncoding('utf8').on('data', (text: string) => reader.push(text));
  return {
    send: (message) => {
      if (stream.writable) stream.write(written(message));
    },
    receive: (onMessage) => {
      take = onMessage;
      for (const message of waiting.splice(0)) onMessage(message);
    },
    closed,
    close: () => void stream.end(() => stream.destroy()),
  };
};
