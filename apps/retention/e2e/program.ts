import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startTestbed, type TestbedOptions } from '@orasync/testing';
import { onTestFinished } from 'vitest';

const script = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** What the tests read of `{ "plans": [ … ] }`. */
export interface PlanDocument {
  readonly plans: readonly {
    readonly database: string;
    readonly exit: number;
    readonly sets: readonly {
      readonly set: string;
      readonly state: string;
      readonly verdict: string;
      readonly reasons: readonly string[];
      readonly snapshots: readonly { readonly id: number; readonly name: string }[];
    }[];
    readonly stops: readonly { readonly rule: string }[];
    readonly findings: readonly { readonly code: string; readonly message: string }[];
    readonly removals?: readonly { readonly outcome: string; readonly reason?: string }[];
    readonly error?: { readonly code: string; readonly message: string };
  }[];
}

/** A testbed and an empty working directory to run the built program in; both are gone when the test is over. */
export const setUp = async (options: TestbedOptions = {}) => {
  const testbed = await startTestbed(options);
  const directory = mkdtempSync(join(tmpdir(), 'orasync-e2e-'));
  onTestFinished(async () => {
    await testbed.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const spawnRetention = (args: readonly string[], nodeFlags: readonly string[] = []): ChildProcess =>
    spawn(process.execPath, [...nodeFlags, script, ...args, '-c', testbed.address.config], { cwd: directory });
  const retention = (args: readonly string[], nodeFlags?: readonly string[]) =>
    untilEnded(spawnRetention(args, nodeFlags));
  const planOf = async (args: readonly string[]) => {
    const { stdout, status } = await retention([...args, '--json']);
    return { status, plan: (JSON.parse(stdout) as PlanDocument).plans[0] };
  };
  const deletions = () => testbed.world.journal.entries.filter(({ what }) => what.startsWith('DELETE'));
  return { testbed, directory, spawnRetention, retention, planOf, deletions };
};

export const untilEnded = async (child: ChildProcess) => {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const status = await new Promise<number | null>((resolve) => void child.once('close', resolve));
  return { status, stdout, stderr };
};

export const verdicts = (plan: PlanDocument['plans'][number] | undefined): readonly string[] =>
  plan?.sets.map(({ verdict }) => verdict) ?? [];
