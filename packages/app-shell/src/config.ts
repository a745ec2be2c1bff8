import {
  backupSettings,
  completePolicy,
  coverageSettings,
  durationMs,
  type RetentionPolicy,
  retentionSettings,
  zoneName,
} from '@orasync/core';
import { infiniboxSettings } from '@orasync/infinibox-client';
import { oracleControlSettings } from '@orasync/oracle-control';
import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { secretReference } from './secrets.js';

const { url, username } = infiniboxSettings.shape;

const array = z
  .strictObject({
    url: url.describe('https://host, or host alone; http:// only when written out'),
    username,
    password: secretReference,
    caFile: z.string().optional().describe("PEM file with the authority that signed the array's certificate"),
    fingerprint256: z
      .string()
      .regex(/^([0-9a-f]{2}:){31}[0-9a-f]{2}$/i, 'must be 32 pairs of hexadecimal digits, joined by colons')
      .optional()
      .describe("SHA-256 fingerprint of the array's own certificate: trusts exactly this one"),
  })
  .refine(({ caFile, fingerprint256 }) => caFile === undefined || fingerprint256 === undefined, {
    path: ['fingerprint256'],
    message: 'give caFile or fingerprint256, not both',
  })
  .refine(
    (settings) => settings.url.startsWith('https:') || (settings.caFile ?? settings.fingerprint256) === undefined,
    { path: ['url'], message: 'an http:// address has no certificate that caFile or fingerprint256 could trust' },
  );

/** Without `user`: a wallet when there is a `connectIdentifier`, else the operating system's user. */
const oracle = oracleControlSettings
  .extend({
    connectIdentifier: z.string().min(1).optional().describe('alias, host:port/service, or descriptor'),
    user: z.string().min(1).optional(),
    role: z.string().toUpperCase().pipe(oracleControlSettings.shape.role.unwrap()).optional().describe('AS …'),
    password: secretReference.optional(),
  })
  .refine(({ user, password }) => (user === undefined) === (password === undefined), {
    path: ['password'],
    message: 'user and password belong together',
  })
  .refine(({ sid, connectIdentifier }) => sid !== undefined || connectIdentifier !== undefined, {
    path: ['connectIdentifier'],
    message: 'either connectIdentifier or sid is needed',
  });

const inventory = z.union(
  [
    z.strictObject({
      file: z.string().min(1).describe('written there by orasync-backup map --inventory'),
      maxAge: durationMs.prefault('1d').describe('an older one says nothing'),
    }),
    z.strictObject({
      command: z.array(z.string()).min(1).describe('program and arguments that print it, such as ssh'),
    }),
  ],
  { error: 'must say where the inventory of the host is: { file: … } or { command: [ … ] }' },
);

const retention = retentionSettings.extend({
  template: z
    .string()
    .optional()
    .describe('name of one of retentionTemplates, which what stands beside this overrides'),
});

const database = backupSettings.safeExtend({
  coverage: coverageSettings
    .extend({
      inventory: inventory
        .optional()
        .describe('what the database host says of its disks, where the program runs on another one'),
    })
    .prefault({}),
  name: z
    .string()
    .regex(/^[\w.$#-]+$/, 'may hold letters, digits and _ . $ # - only')
    .describe('what -d, reports and the log file call this database'),
  oracle: oracle.optional().describe('may be left out where only retention runs'),
  retention: retention.optional().describe('replaces the one for all databases'),
});

const haveOwnNames = [
  (databases: readonly { readonly name: string }[]) =>
    new Set(databases.map(({ name }) => name)).size === databases.length,
  'two have the same name',
] as const;

const file = z.strictObject({
  array,
  databases: z
    .array(database)
    .min(1)
    .refine(...haveOwnNames),
  zone: zoneName
    .transform((zone) => (zone === 'local' ? Intl.DateTimeFormat().resolvedOptions().timeZone : zone))
    .prefault('local')
    .describe('zone of the times in names and reports; local is that of this host'),
  logDirectory: z.string().min(1).prefault('.').describe('where db-<name>-<datestring>.log is written'),
  retentionTemplates: z
    .record(z.string().min(1), retentionSettings)
    .prefault({})
    .describe('policies by name, for databases to refer to'),
  retention: retention.prefault({}).describe('of the databases that have none of their own'),
});

/** Puts the whole policy where the file refers to a template, overrides some of it, or leaves the rest to the defaults. */
const completePolicies = (
  { retentionTemplates: templates, ...parsed }: z.output<typeof file>,
  context: z.RefinementCtx,
) => {
  const completed = ({ template, ...own }: z.output<typeof retention>, path: PropertyKey[]): RetentionPolicy => {
    if (template === undefined) return completePolicy(own);
    if (Object.hasOwn(templates, template)) return completePolicy({ ...templates[template], ...own });
    const [nearest] = Object.keys(templates).sort((a, b) => distance(a, template) - distance(b, template));
    const hint = nearest === undefined ? 'retentionTemplates has none' : `did you mean ${nearest}?`;
    const message = `no template is called ${template}; ${hint}`;
    context.addIssue({ code: 'custom', path: [...path, 'template'], message });
    return completePolicy(own);
  };
  return {
    ...parsed,
    retention: completed(parsed.retention, ['retention']),
    databases: parsed.databases.map(({ retention: own, ...rest }, index) => ({
      ...rest,
      ...(own === undefined ? {} : { retention: completed(own, ['databases', index, 'retention']) }),
    })),
  };
};

/** The whole configuration. Each section belongs to the package that acts on it; the secrets are references. */
export const config = file.transform(completePolicies);

/** The same for commands that only look at the array: databases may be left out. */
export const configOfArray = file
  .extend({
    databases: z
      .array(database)
      .refine(...haveOwnNames)
      .prefault([]),
  })
  .transform(completePolicies);

/**
 * What a command reaches: `array alone` for what needs no database in the configuration, and speaks of all of them
 * when none is chosen.
 */
export type Needs = 'array alone' | 'array' | 'array and database';

export type Config = z.output<typeof config>;
export type ConfigInput = z.input<typeof config>;
export type DatabaseConfig = Config['databases'][number];
