import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRunLogger } from './logger.js';
import { rememberSecret } from './secrets.js';

const flags = { logFormat: 'text', color: false } as const;
let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'orasync-logger-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

test('a run is logged into the predecessor’s file, every field, no secret', () => {
  rememberSecret('Fake-secret');
  const nowMs = Date.parse('2026-11-24T23:15:02Z');
  const logger = createRunLogger('prog', flags, {
    directory: join(directory, 'logs'),
    name: 'ORCL',
    zone: 'utc',
    nowMs,
  });
  logger.log.debug({ statement: 'CONNECT', output: 'system/Fake-secret@x', password: 'Other-secret' }, 'sqlplus');
  logger.log.info({ step: 'check' }, 'step');
  logger.close();
  expect(readdirSync(join(directory, 'logs'))).toEqual(['db-ORCL-2026-11-24_231502.log']);
  const text = readFileSync(join(directory, 'logs', 'db-ORCL-2026-11-24_231502.log'), 'utf8');
  expect(text).toMatch(/sqlplus/);
  expect(text).toMatch(/step: "check"/);
  expect(text).toMatch(/\[secret\]/);
  expect(text).not.toMatch(/Fake-secret|Other-secret/);
});

test('a directory that cannot be written is a problem of the configuration', () => {
  writeFileSync(join(directory, 'file'), '');
  const place = { directory: join(directory, 'file'), name: 'ORCL', zone: 'utc', nowMs: 0 };
  expect(() => createRunLogger('prog', flags, place)).toThrow(/logDirectory: .* cannot be written/);
});
