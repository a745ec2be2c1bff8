import { ConfigError, loadSettings, printDocument, runCommand } from '@orasync/app-shell';
import type { CommonFlags } from '@orasync/app-shell/program';
import { type Calendar, drawCalendar, explainPolicy, hashPolicy, simulateYear, systemClock } from '@orasync/core';
import { programName } from '../program-name.js';

/** One entry of `{ "explanations": [ … ] }`. */
interface Explanation {
  readonly database: string;
  readonly policyHash: string;
  readonly sentences: readonly string[];
  readonly calendar: Calendar;
  readonly exit: number;
}

export interface ExplainFlags extends CommonFlags {
  readonly from?: string;
}

/** Says what the policy of each chosen database keeps, and draws what it leaves of a year. Talks to nobody. */
export const explain = (flags: ExplainFlags): Promise<void> =>
  runCommand(
    programName,
    () => loadSettings(flags, 'array'),
    async ({ config, databases }) => {
      const from = flags.from === undefined ? new Date(systemClock.now()) : parseDay(flags.from);
      const explanations = databases.map(({ name, retention: policy = config.retention }): Explanation => {
        const calendar = simulateYear(policy, from);
        return { database: name, policyHash: hashPolicy(policy), sentences: explainPolicy(policy), calendar, exit: 0 };
      });
      await printDocument(flags, { explanations }, () => explanations.map(formatExplanation).join('\n\n'));
      return [0];
    },
  );

/** Noon, so that it is the same day in every zone that people live in. */
const parseDay = (text: string): Date => {
  const at = new Date(`${text}T12:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(at.getTime()))
    throw new ConfigError([`--from ${text}: expected a day such as 2026-12-31`]);
  return at;
};

const formatExplanation = ({ database, policyHash, sentences, calendar }: Explanation): string => {
  const { oneRunPer, days, left } = calendar;
  const made = days.reduce((sum, day) => sum + day.made, 0);
  return [
    `${database}, policy ${policyHash}`,
    ...sentences,
    '',
    `With one run per ${oneRunPer}, ${left} of the ${made} sets made from ${days[0]?.day} to ${days.at(-1)?.day} are left after that:`,
    '',
    ...drawCalendar(calendar),
  ].join('\n');
};
