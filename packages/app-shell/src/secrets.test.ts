import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolveSecret, scrub } from './secrets.js';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'orasync-secrets-'));
  writeFileSync(join(directory, 'secret'), 'Fake-from-file\n');
  writeFileSync(join(directory, 'empty'), '\n');
  process.env['ORASYNC_TEST_SECRET'] = 'Fake-from-env';
});
afterAll(() => {
  rmSync(directory, { recursive: true });
  delete process.env['ORASYNC_TEST_SECRET'];
});

test('a secret comes from a file, a variable or a command, without the newline at its end', () => {
  expect(resolveSecret({ file: join(directory, 'secret') }, 'x')).toBe('Fake-from-file');
  expect(resolveSecret({ env: 'ORASYNC_TEST_SECRET' }, 'x')).toBe('Fake-from-env');
  expect(resolveSecret({ command: [process.execPath, '-p', '"Fake-from-command"'] }, 'x')).toBe('Fake-from-command');
});

test('what was resolved is struck out of what is written', () => {
  resolveSecret({ file: join(directory, 'secret') }, 'x');
  expect(scrub('logon with Fake-from-file failed')).toBe('logon with [secret] failed');
});

test.each<[string, Parameters<typeof resolveSecret>[0]]>([
  ['the file none cannot be read (ENOENT)', { file: 'none' }],
  ['the environment variable ORASYNC_NONE is empty', { env: 'ORASYNC_NONE' }],
  ['the output of none cannot be read (ENOENT)', { command: ['none'] }],
])('says what is missing: %s', (message, reference) => {
  expect(() => resolveSecret(reference, 'array.password')).toThrow(`array.password: ${message}`);
});

test('an empty file is no secret', () => {
  expect(() => resolveSecret({ file: join(directory, 'empty') }, 'x')).toThrow(/is empty/);
});
