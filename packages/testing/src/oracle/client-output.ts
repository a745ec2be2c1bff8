import { type Clock, delay } from '../clock.js';
import type { StartAction } from './client-faults.js';

/** How the output of one client goes out. */
export interface OutputShape {
  /** In pieces of so many bytes, so that characters and markers are cut anywhere. Default: as it comes. */
  readonly pieceBytes?: number | undefined;
  /** After each piece. */
  readonly pauseMs: number;
  readonly lineEnd: 'lf' | 'crlf';
}

/** The shape that faults ask for; the last one counts. */
export const outputShape = (actions: readonly StartAction[], pieceBytes: number | undefined): OutputShape => {
  const fault = actions.findLast((action) => action.kind === 'output');
  return fault === undefined
    ? { pieceBytes, pauseMs: 0, lineEnd: 'lf' }
    : { pieceBytes: fault.pieceBytes ?? pieceBytes, pauseMs: fault.pauseMs, lineEnd: fault.lineEnd };
};

const pieces = (bytes: Buffer, size: number): readonly Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );

/** Sends texts one after the other in this shape. */
export interface OutputSender {
  write(text: string, encoding: 'utf8' | 'latin1', send: (piece: Buffer) => void): void;
  /** Resolves when all of it is out. */
  flushed(): Promise<void>;
}

export const createOutputSender = (shape: OutputShape, clock: Clock): OutputSender => {
  let last: Promise<void> | undefined;
  const sendSlowly = async (parts: readonly Buffer[], send: (piece: Buffer) => void): Promise<void> => {
    for (const part of parts) {
      send(part);
      await delay(clock, shape.pauseMs);
    }
  };
  return {
    write: (text, encoding, send) => {
      const bytes = Buffer.from(shape.lineEnd === 'crlf' ? text.replaceAll('\n', '\r\n') : text, encoding);
      const parts = pieces(bytes, shape.pieceBytes ?? bytes.length);
      if (shape.pauseMs > 0) last = (last ?? Promise.resolve()).then(() => sendSlowly(parts, send));
      else for (const part of parts) send(part);
    },
    flushed: async () => last,
  };
};
