import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { loadSettings } from './settings.js';

const flags = { logFormat: 'text', color: false } as const;
let directory: string;
let path: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'orasync-settings-'));
  path = join(directory, 'settings.yaml');
  writeFileSync(join(directory, 'secret'), 'Fake-from-file\n');
  writeFileSync(
    path,
    `array: { url: ibox01, username: orasync, password: { file: ${join(directory, 'secret')} } }
databases:
  - { name: A, targets: { data: { volumes: [a] } }, oracle: { oracleHome: /o, connectIdentifier: A } }
  - { name: B, targets: { data: { volumes: [b] } } }
`,
  );
});
afterAll(() => {
  rmSync(directory, { recursive: true });
  vi.unstubAllEnvs();
});

const names = (chosen: object) =>
  loadSettings({ ...flags, config: path, ...chosen }, 'array').databases.map(({ name }) => name);

test('databases are chosen by name, or all of them, in the order of the file', () => {
  expect(names({ database: ['B', 'A'] })).toEqual(['A', 'B']);
  expect(names({ all: true })).toEqual(['A', 'B']);
});

test.each([
  [{}, /has 2 databases \(A, B\): choose with --database or --all/],
  [{ database: ['C'] }, /--database C: the configuration has none of that name/],
  [{ database: ['A'], all: true }, /exclude each other/],
])('%j is no choice', (chosen, message) => {
  expect(() => names(chosen)).toThrow(message);
});

test('a command that only looks at the array speaks of every database, or of those that are chosen', () => {
  const chosen = (choice: object) =>
    loadSettings({ ...flags, config: path, ...choice }, 'array alone').databases.map(({ name }) => name);
  expect(chosen({})).toEqual(['A', 'B']);
  expect(chosen({ database: ['B'] })).toEqual(['B']);
});

test('a command that logs on needs the oracle section', () => {
  expect(() => loadSettings({ ...flags, config: path, all: true }, 'array and database')).toThrow(
    /database B: oracle is missing/,
  );
});

test('secrets are resolved when they are asked for', () => {
  const settings = loadSettings({ ...flags, config: path, database: ['A'] }, 'array and database');
  expect(settings.arrayPassword()).toBe('Fake-from-file');
  expect(settings.databases.map((each) => settings.oraclePassword(each))).toEqual([undefined]);
});

test('without a file, the predecessor’s variables are the settings', () => {
  for (const [name, value] of Object.entries({
    ORACLE_SERVER: 'ORCL',
    SQLPLUS_CONNECTION_STRING: 'system/Fake-pw@ORCL',
    REPLICATED_DATA_VOLUMES: 'a',
    SOURCE_INFINIBOX: 'ibox01',
    SOURCE_INFINIBOX_USER: 'admin',
    SOURCE_INFINIBOX_PASSWORD: 'Fake-array-pw',
    ORACLE_HOME: '/o',
  }))
    vi.stubEnv(name, value);
  const settings = loadSettings(flags, 'array and database');
  expect(settings.origin).toBe('environment');
  expect(settings.arrayPassword()).toBe('Fake-array-pw');
  expect(settings.databases.map((each) => settings.oraclePassword(each))).toEqual(['Fake-pw']);
  vi.unstubAllEnvs();
});
