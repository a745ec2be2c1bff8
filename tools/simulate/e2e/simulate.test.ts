import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const catcher = fileURLToPath(new URL('../build/catch-mutants.js', import.meta.url));

const run = (script: string, ...args: readonly string[]): Promise<{ status: number | null; output: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, output: output.trim() }));
  });

describe('the simulation', () => {
  it('keeps every promise in 300 histories', { timeout: 300_000 }, async () => {
    const { status, output } = await run(program, '--seeds', '300');
    console.log(output.split('\n').at(-1));
    expect(output).toMatch(/^300 seeds, \d+ per second; every promise kept \(/);
    expect(status).toBe(0);
  });

  it('plays the same history again for the same seed', async () => {
    const [one, two] = await Promise.all([
      run(program, '--seed', '8', '--journal'),
      run(program, '--seed', '8', '--journal'),
    ]);
    expect(one.output.split('\n').length).toBeGreaterThan(100);
    expect(withoutPace(two.output)).toBe(withoutPace(one.output));
  });

  it('catches every program that is wrong, and none that is right in the same histories', {
    timeout: 300_000,
  }, async () => {
    const { status, output } = await run(catcher);
    expect(output).not.toMatch(/^(SURVIVED|FAILED)/m);
    expect(output).toMatch(/^(\d+) of \1 mutants caught; the program itself keeps every promise there$/m);
    expect(status).toBe(0);
  });
});

const withoutPace = (output: string): string => output.replace(/\d+ per second/, 'so many per second');
