import { formatMs, formatTable, loadSettings, printDocument, runCommand } from '@orasync/app-shell';
import type { CommonFlags } from '@orasync/app-shell/program';
import { type SetSummary, summarizeSet } from '@orasync/core';
import { readArraySets } from '../array-sets.js';
import { programName } from '../program-name.js';

/** Prints the sets on the array, newest first. */
export const list = (flags: CommonFlags): Promise<void> =>
  runCommand(
    programName,
    () => loadSettings(flags, 'array alone'),
    async (settings) => {
      const { facts, sets, owners } = await readArraySets(settings, flags);
      const { zone } = settings.config;
      const { name, serial } = facts.array;
      const summaries = sets.map((set) => summarizeSet(set, { configured: owners.get(set), zone }));
      const document = { array: { name, serial }, sets: summaries };
      const format = () =>
        [
          `${summaries.length} sets on ${name} (serial ${serial})`,
          ...(summaries.length === 0 ? [] : [formatSets(summaries, settings.databases.length > 0)]),
        ].join('\n');
      await printDocument(flags, document, format);
      return [0];
    },
  );

const heads = [
  'set',
  'database',
  'state',
  'created',
  'members',
  'coverage',
  'logs',
  'control file',
  'SCN',
  'hot window',
];

const formatSets = (sets: readonly SetSummary[], marksOthers: boolean): string =>
  formatTable(
    [
      heads,
      ...sets.map((set) => [
        set.set,
        formatDatabase(set, marksOthers),
        `${set.state}${set.isPinned ? ', pinned' : ''}`,
        set.createdAt,
        formatMembers(set),
        set.worth?.coverage ?? '-',
        set.worth?.logs ?? '-',
        set.worth?.controlfile ?? '-',
        set.begin === undefined ? '-' : `${set.begin.scn} to ${set.end?.scn ?? 'unknown'}`,
        set.hotWindowMs === undefined ? '-' : formatMs(set.hotWindowMs),
      ]),
    ],
    '  ',
  );

const formatDatabase = ({ database, configured }: SetSummary, marksOthers: boolean): string => {
  const name = database ?? configured ?? 'unknown';
  return configured === undefined && marksOthers ? `${name}, not configured` : name;
};

const formatMembers = ({ members, expected = members }: SetSummary): string => {
  const there = `${members.data}+${members.archive}`;
  const whole = `${expected.data}+${expected.archive}`;
  return there === whole ? there : `${there} of ${whole}`;
};
