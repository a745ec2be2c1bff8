import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { retentionPolicy } from '@orasync/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConfigError } from './config-error.js';
import { configJsonSchema, readConfigFile } from './config-file.js';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'orasync-config-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const good = `array:
  url: ibox01
  username: orasync
  password: { file: /etc/ibox }
databases:
  - name: ORCL
    oracle: { oracleHome: /u01/19c, connectIdentifier: ORCL, user: system, password: { env: PW } }
    targets:
      data: { volumes: [a, b] }
      archive: { volumes: [c] }
`;
const write = (text: string): string => {
  const path = join(directory, 'orasync.yaml');
  writeFileSync(path, text);
  return path;
};
const problemsOf = (text: string): readonly string[] => {
  try {
    readConfigFile(write(text), 'array');
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((problem) => problem.replace(`${directory}/`, ''));
    throw error;
  }
  return [];
};

test('a file with all that is needed gets the defaults for the rest', () => {
  const { retention, zone, logDirectory, databases } = readConfigFile(write(good), 'array');
  expect({ retention, zone, logDirectory, budget: databases[0]?.budget }).toEqual({
    retention: retentionPolicy.parse({}),
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    logDirectory: '.',
    budget: 60_000,
  });
});

test.each<[string, (text: string) => string, RegExp[]]>([
  [
    'an unknown key, with its line and the nearest one',
    (text) => text.replace('username', 'usrname'),
    [/^orasync.yaml:3: unknown key usrname in array; did you mean username\?$/m, /:1: array.username: is missing/],
  ],
  [
    'an unknown key in a list',
    (text) => text.replace('    targets', '    target'),
    [/:8: unknown key target in databases\[0\]; did you mean targets\?/],
  ],
  [
    'a volume listed twice',
    (text) => text.replace('[a, b]', '[a, a]'),
    [/:9: databases\[0\].targets.data.volumes: lists a volume twice/],
  ],
  [
    'a volume in both roles',
    (text) => text.replace('[c]', '[b]'),
    [/:10: databases\[0\].targets.archive.volumes: b is a data target too/],
  ],
  [
    'a secret in clear',
    (text) => text.replace('{ file: /etc/ibox }', 'secret'),
    [/:4: array.password: must say where the secret is/],
  ],
  [
    'a user without a password',
    (text) => text.replace(', password: { env: PW }', ''),
    [/user and password belong together/],
  ],
  ['two databases of one name', (text) => text + text.slice(text.indexOf('  - name')), [/two have the same name/]],
  ['a wrong duration', (text) => `${text}retention: { deleteAfter: 14 }\n`, [/:11: retention.deleteAfter/]],
  ['a count below nothing', (text) => `${text}retention: { keepDaily: -1 }\n`, [/:11: retention.keepDaily: must be a/]],
  [
    'a count in words',
    (text) => `${text}retention: { keepDaily: many }\n`,
    [/keepDaily: must be a whole number, 0 or/],
  ],
  [
    'a template that there is not',
    (text) => `${text}retention: { template: dayly }\nretentionTemplates: { hourly: {}, daily: {} }\n`,
    [/:11: retention.template: no template is called dayly; did you mean daily\?/],
  ],
  [
    'a template of a database when there is none at all',
    (text) => `${text}    retention: { template: toString }\n`,
    [/:11: databases\[0\].retention.template: no template is called toString; retentionTemplates has none/],
  ],
  [
    'an unknown key in a template',
    (text) => `${text}retentionTemplates: { daily: { keepDayly: 7 } }\n`,
    [/:11: unknown key keepDayly in retentionTemplates.daily; did you mean keepDaily\?/],
  ],
  ['a zone that is none', (text) => `${text}zone: Mars\n`, [/:11: zone: must be a time zone/]],
  ['what is no YAML', () => 'array: [', [/^orasync.yaml:\d+: /]],
  ['an empty file', () => '', [/the file/]],
])('%s is a problem with its line', (_, change, expected) => {
  const problems = problemsOf(change(good));
  for (const pattern of expected) expect(problems.join('\n')).toMatch(pattern);
});

test('a role may be written in any case', () => {
  const { databases } = readConfigFile(write(good.replace('user: system', 'role: sysbackup, user: system')), 'array');
  expect(databases[0]?.oracle?.role).toBe('SYSBACKUP');
  expect(problemsOf(good.replace('user: system', 'role: sysbakup, user: system')).join()).toMatch(
    /oracle\.role: .*SYSBACKUP/,
  );
});

test('all problems are told at once', () => {
  expect(problemsOf(good.replace('username', 'usrname').replace('[a, b]', '[a, a]')).length).toBeGreaterThanOrEqual(3);
});

test('a file that is not there is a problem', () => {
  expect(() => readConfigFile(join(directory, 'none.yaml'), 'array')).toThrow(/none.yaml: cannot be read \(ENOENT\)/);
});

test('the JSON Schema describes the input and its secrets as references', () => {
  expect(JSON.stringify(configJsonSchema())).toContain('name of an environment variable');
});

test('a command that only looks at the array needs no database', () => {
  const text = good.slice(0, good.indexOf('databases:'));
  expect(readConfigFile(write(text), 'array alone').databases).toEqual([]);
  expect(() => readConfigFile(write(text), 'array')).toThrow(/databases: is missing/);
});

test('a database refers to a template and overrides some of it; without a retention of its own it has that of all', () => {
  const { databases, retention } = readConfigFile(
    write(`${good}    retention: { template: nightly, keepDaily: 30 }
  - name: TEST
    targets: { data: { volumes: [d] } }
retentionTemplates:
  nightly: { keepDaily: 7, keepWeekly: 4, zone: Europe/Amsterdam }
retention: { keepLast: 2 }
`),
    'array',
  );
  expect(databases[0]?.retention).toEqual(
    retentionPolicy.parse({ keepDaily: 30, keepWeekly: 4, zone: 'Europe/Amsterdam' }),
  );
  expect(databases[1]).not.toHaveProperty('retention');
  expect(retention).toEqual(retentionPolicy.parse({ keepLast: 2 }));
});
