import type { ClientExit } from './client/exit.js';
import { redactArguments } from './client/redaction.js';
import type { ClientStart } from './frames.js';

/** What a client was started with and what it read. No secret: passwords are struck out. */
export interface ClientRecord {
  /** 1, 2, 3 … in the order of their starts. */
  readonly n: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** A password stands here as `***`: a program that puts one on an argument list shows all the same. */
  readonly arguments: readonly string[];
  /** Names, never values. */
  readonly environmentNames: readonly string[];
  readonly directory: string;
  /** Each line that it took from standard input, in order. */
  readonly input: readonly { readonly at: string; readonly text: string }[];
  /** Absent while it runs; `gone` when it was killed or cut off. */
  readonly end?: ClientExit | 'gone';
}

/** The clients so far. */
export interface ClientRecords {
  readonly all: readonly ClientRecord[];
  /** The arguments of each as they were: for tests that look for a secret among them. */
  readonly rawArguments: readonly (readonly string[])[];
  open(start: ClientStart): { addLine(text: string): void; end(how: ClientExit | 'gone'): void };
}

/** @param now  Milliseconds since 1970, UTC. */
export const createClientRecords = (now: () => number): ClientRecords => {
  const all: ClientRecord[] = [];
  const rawArguments: (readonly string[])[] = [];
  const time = (): string => new Date(now()).toISOString();
  return {
    all,
    rawArguments,
    open: ({ arguments: args, environmentNames, directory }) => {
      const input: { readonly at: string; readonly text: string }[] = [];
      const record: { -readonly [Key in keyof ClientRecord]: ClientRecord[Key] } = {
        n: all.length + 1,
        at: time(),
        arguments: redactArguments(args),
        environmentNames,
        directory,
        input,
      };
      all.push(record);
      rawArguments.push(args);
      return {
        addLine: (text) => void input.push({ at: time(), text }),
        end: (how) => {
          record.end ??= how;
        },
      };
    },
  };
};
