import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import type { TargetProposal } from '@orasync/core';
import { isMap, isNode, isPair, isScalar, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';
import { ConfigError } from './config-error.js';

/** A text that goes in at a place of the file. */
interface Insertion {
  readonly at: number;
  readonly text: string;
  /** In words. */
  readonly what: string;
}

/**
 * Adds to the targets of a database in a configuration file what is proposed. Takes nothing out, and every other character
 * stays as it is.
 *
 * @returns What was added, in words.
 * @throws {ConfigError} The file cannot be read, or has no such database with targets.
 */
export const writeTargets = (
  path: string,
  database: string,
  proposal: readonly TargetProposal[],
): readonly string[] => {
  const before = readText(path);
  const document = parseDocument(before);
  const databases: unknown = document.get('databases');
  const found = isSeq(databases)
    ? databases.items.find((item) => isMap(item) && item.get('name') === database)
    : undefined;
  const targets: unknown = isMap(found) ? found.get('targets') : undefined;
  if (document.errors.length > 0 || !isMap(targets))
    throw new ConfigError([`${path}: has no database ${database} with targets`]);
  const insertions = proposal.flatMap(({ role, target }): readonly Insertion[] => {
    if (target === undefined || 'consistencyGroup' in target) return [];
    const [[key, names] = ['', []]] = Object.entries(target) as [string, readonly string[]][];
    const list: unknown = targets.getIn([role, key]);
    return isSeq(list)
      ? addToList(list, names, { text: before, role })
      : [addTarget(targets, { text: before, role, key, names })];
  });
  const after = insertions
    .toSorted((a, b) => b.at - a.at)
    .reduce((text, insertion) => text.slice(0, insertion.at) + insertion.text + text.slice(insertion.at), before);
  if (after !== before) replaceFile(path, after);
  return insertions.map(({ what }) => what);
};

/** A name as YAML takes it for one: quoted unless it is plainly a text. */
export const formatYamlName = (name: string): string =>
  /^[a-z_][\w.-]*$/i.test(name) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(name) ? name : JSON.stringify(name);

const rangeOf = (node: unknown): readonly [start: number, end: number] => {
  const [start = 0, end = 0] = (isNode(node) ? node.range : undefined) ?? [];
  return [start, end];
};

const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1;
const lineEnd = (text: string, at: number): number => {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
};

const addToList = (
  list: YAMLSeq,
  names: readonly string[],
  { text, role }: { readonly text: string; readonly role: string },
): readonly Insertion[] => {
  const known = list.items.map((item) => (isScalar(item) ? item.value : item));
  const added = names.filter((name) => !known.includes(name));
  const [start, end] = rangeOf(list.items.at(-1));
  const dash = text.slice(lineStart(text, start), start);
  if (added.length === 0) return [];
  const isFlow = list.flow === true;
  const before = isFlow ? ', ' : `\n${dash}`;
  const what = `${added.join(', ')} to the ${role} target`;
  const at = isFlow ? end : lineEnd(text, end);
  return [{ at, text: added.map((name) => before + formatYamlName(name)).join(''), what }];
};

const addTarget = (
  targets: YAMLMap,
  {
    text,
    role,
    key,
    names,
  }: { readonly text: string; readonly role: string; readonly key: string; readonly names: readonly string[] },
): Insertion => {
  const setting = `${role}: { ${key}: [${names.map(formatYamlName).join(', ')}] }`;
  const what = `${names.join(', ')} as the ${role} target`;
  const [first] = targets.items;
  const [start] = rangeOf(isPair(first) ? first.key : undefined);
  if (targets.flow === true) return { at: start, text: `${setting}, `, what };
  const at = lineStart(text, start);
  return { at, text: `${text.slice(at, start)}${setting}\n`, what };
};

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError([`${path}: cannot be read (${(error as NodeJS.ErrnoException).code})`]);
  }
};

/** In one step: nobody reads half of it. */
const replaceFile = (path: string, text: string): void => {
  const beside = `${path}.new`;
  writeFileSync(beside, text, { mode: statSync(path).mode });
  renameSync(beside, path);
};
