import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

interface Address {
  readonly infinibox: { readonly url: string; readonly username: string; readonly password: string };
  readonly oracle: { readonly home: string; readonly sid: string; readonly connect: string };
  readonly volumes: { readonly data: readonly string[]; readonly archive: readonly string[] };
  readonly config: string;
  readonly control: string;
}

export const script = fileURLToPath(new URL('../dist/testbed.js', import.meta.url));

/** Starts the built testbed as a process that ends with the test. */
export const start = async (...args: string[]) => {
  const child = spawn(process.execPath, [script, ...args]);
  const exit = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await exit;
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const address = JSON.parse(line) as Address;
  const { url, username, password } = address.infinibox;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const call = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${url}/api/rest/${path}`, {
      ...init,
      headers: { authorization, 'content-type': 'application/json' },
    });
    return {
      status: response.status,
      body: (await response.json()) as { result: { id: number; name: string }[] & { name?: string } },
    };
  };
  /** Starts the stand-in with an empty environment. */
  const startSqlplus = (argv: readonly string[]) => {
    const client = spawn(join(address.oracle.home, 'bin', 'sqlplus'), argv, { env: {} });
    const said = { stdout: '' };
    client.stdout.setEncoding('utf8').on('data', (text: string) => {
      said.stdout += text;
    });
    client.stdin.on('error', () => {});
    const closed = once(client, 'close') as Promise<[status: number | null, signal: string | null]>;
    return { client, said, closed };
  };
  const sqlplus = async (argv: readonly string[], input: string) => {
    const { client, said, closed } = startSqlplus(argv);
    client.stdin.end(input);
    const [status] = await closed;
    return { status, output: said.stdout };
  };
  /** Sends a command to the control address. */
  const control = async (command: unknown) =>
    (await fetch(address.control, { method: 'POST', body: JSON.stringify(command) })).status;
  return { child, exit, address, call, startSqlplus, sqlplus, control };
};
