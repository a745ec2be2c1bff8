import { StringDecoder } from 'node:string_decoder';
import type { SqlplusProcess, StartSqlplus } from '@orasync/oracle-control';
import { createSqlplusClient, type SimulatedDatabase } from '@orasync/testing';
import type { SimulatedProcess } from './simulated-process.js';

/**
 * The stand-in as the driver's sqlplus, in this process: everything of the driver but the spawning is real. When the process
 * that started it dies, its input ends: it finishes the running statement and ends by itself.
 */
export const inProcessSqlplus =
  (database: SimulatedDatabase, owner: SimulatedProcess): StartSqlplus =>
  async (request): Promise<SqlplusProcess> => {
    const decoder = new StringDecoder('utf8');
    const early: string[] = [];
    let errorOutput = '';
    let read = (text: string): void => void early.push(text);
    const client = createSqlplusClient(database, {
      arguments: request.arguments,
      write: (stream, text) =>
        owner.deliver(() => {
          if (stream === 'stderr') errorOutput += text;
          else read(decoder.write(Buffer.from(text, 'utf8')));
        }),
    });
    const exited = owner.ask(async () => {
      const exit = await client.exited;
      return 'signal' in exit ? { status: null, signal: exit.signal } : { status: exit.status, signal: null };
    });
    let isEnded = false;
    const endInput = (): void => {
      if (!isEnded) client.end();
      isEnded = true;
    };
    owner.onDeath(endInput);
    return {
      command: 'sqlplus',
      read: (onOutput) => {
        read = onOutput;
        for (const text of early.splice(0)) onOutput(text);
      },
      write: (text) => {
        if (!isEnded && !owner.isDead) client.feed(Buffer.from(text, 'utf8'));
      },
      endInput,
      exited,
      errorOutput: () => errorOutput,
      kill: async () => client.drop(),
      endGroup: async () => undefined,
      unref: () => undefined,
    };
  };
