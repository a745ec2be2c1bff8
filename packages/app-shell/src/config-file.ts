import { readFileSync } from 'node:fs';
import { distance } from 'fastest-levenshtein';
import { LineCounter, parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import { type Config, config, configOfArray, type Needs } from './config.js';
import { ConfigError } from './config-error.js';

type Path = readonly PropertyKey[];
type JsonSchema = z.core.JSONSchema.JSONSchema;

/** A problem as a line of text; `at` tells where in the file a path lies, when it does. */
const describeIssue = (issue: z.core.$ZodIssue, at: (path: Path) => string): readonly string[] => {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const known = knownKeys(issue.path);
      const nearest = known.toSorted((a, b) => distance(a, key) - distance(b, key))[0];
      const where = issue.path.length === 0 ? '' : ` in ${formatPath(issue.path)}`;
      return `${at([...issue.path, key])}unknown key ${key}${where}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`;
    });
  return [`${at(issue.path)}${formatPath(issue.path)}: ${messageOf(issue)}`];
};

/** zod's message in the words of a configuration file. */
const messageOf = ({ code, message }: z.core.$ZodIssue): string => {
  if (message.endsWith('received undefined')) return 'is missing';
  if (message.endsWith('received null')) return 'is empty';
  if (code === 'too_small' && message.includes('array')) return 'must list at least one';
  const [, expected, received] = /^Invalid input: expected (.*), received (.*)$/.exec(message) ?? [];
  return expected === undefined ? message : `must be ${expected}, not ${received}`;
};

const formatPath = (path: Path): string =>
  path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  ) || 'the file';

/** The JSON Schema of the file, for editors and for `config schema`. */
export const configJsonSchema = (): JsonSchema => z.toJSONSchema(config, { io: 'input' });

/** The keys that the schema knows at a path. */
const knownKeys = (path: Path): string[] => {
  let schemas: JsonSchema[] = [configJsonSchema()];
  for (const part of path)
    schemas = schemas.flatMap(alternatives).flatMap((schema) => {
      const { items, properties, additionalProperties } = schema;
      const below = typeof part === 'number' ? items : (properties?.[String(part)] ?? additionalProperties);
      return typeof below === 'object' && !Array.isArray(below) ? [below] : [];
    });
  return schemas.flatMap(alternatives).flatMap(({ properties }) => Object.keys(properties ?? {}));
};

const alternatives = (schema: JsonSchema): JsonSchema[] =>
  schema.anyOf?.filter((each) => typeof each === 'object') ?? [schema];

/**
 * Checks a whole configuration, whatever it was read from.
 *
 * @param at  Where in the source a path lies, as the beginning of a line of text.
 * @throws {ConfigError} All problems at once.
 */
export const parseConfig = (
  value: unknown,
  { needs, at }: { readonly needs: Needs; readonly at: (path: Path) => string },
): Config => {
  const parsed = (needs === 'array alone' ? configOfArray : config).safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ConfigError(parsed.error.issues.flatMap((issue) => describeIssue(issue, at)));
};

/**
 * Reads the configuration file.
 *
 * @throws {ConfigError} It is not there, is not YAML, or does not fit the schema; each problem with its line.
 */
export const readConfigFile = (path: string, needs: Needs): Config => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError([`${path}: cannot be read (${(error as NodeJS.ErrnoException).code})`]);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number | undefined): string =>
    offset === undefined ? `${path}: ` : `${path}:${lines.linePos(offset).line}: `;
  if (document.errors.length > 0)
    throw new ConfigError(
      document.errors.map(
        ({ code, message, pos: [offset] }) =>
          `${lineAt(offset)}${code === 'MULTIPLE_DOCS' ? 'holds more than one document' : message}`,
      ),
    );
  return parseConfig(document.toJS(), { needs, at: (issuePath) => lineAt(offsetOf(document, issuePath)) });
};

/** Where the key (or the nearest one above it that exists) begins. */
const offsetOf = (document: ReturnType<typeof parseDocument>, path: Path): number | undefined => {
  for (let length = path.length; length > 0; length -= 1) {
    const parent: unknown = document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    const { items } = (parent ?? {}) as { items?: readonly unknown[] };
    const found = items?.find((item, index) => {
      const pair = item as { key?: { value?: unknown } };
      return typeof key === 'number' ? index === key : pair.key?.value === key;
    }) as { key?: { range?: readonly number[] }; range?: readonly number[] } | undefined;
    const range = found?.key?.range ?? found?.range;
    if (range?.[0] !== undefined) return range[0];
  }
  return undefined;
};

/** A configuration as YAML, with everything that was filled in. */
export const formatConfig = (settings: Config): string => stringify(settings).trimEnd();
