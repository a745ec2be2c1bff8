import type { Asking } from './ask.js';
import { parseOptions } from './options.js';
import type { Command, Lines } from './session.js';

const { limits } = parseOptions({ oracleHome: '/o', sid: 'S', logon: { kind: 'os' } });

/** What sqlplus prints for each kind of statement that succeeds. */
export const done = {
  block: ['', 'PL/SQL procedure successfully completed.', ''],
  database: ['', 'Database altered.', ''],
  system: ['', 'System altered.', ''],
  none: ['', 'no rows selected', ''],
} as const satisfies Readonly<Record<string, Lines>>;

/** What sqlplus prints for a block or statement that fails. Source: sqlplus.md 4.1. */
export const failed = (...codeLines: readonly string[]): Lines => [
  'BEGIN',
  '*',
  'ERROR at line 1:',
  ...codeLines,
  '',
  '',
];

/** The row that V$BACKUP gives in one: how many files are ACTIVE, and from which SCN to which. */
export const modeRow = (activeFiles: number, lowestScn?: bigint, highestScn = lowestScn): Lines => [
  `~${activeFiles}|${lowestScn === highestScn ? Math.min(activeFiles, 1) : 2}|${lowestScn ?? '\\z'}|${highestScn ?? '\\z'}|0|0|`,
];

/** Answers by the first rule whose text is in the statement, each rule as often as it has answers; keeps what was sent. */
export const answering = (...rules: readonly (readonly [text: string, ...answers: readonly (Lines | Error)[]])[]) => {
  const batches: Command[][] = [];
  const warned: string[] = [];
  const remaining = rules.map(([text, ...answers]) => ({ text, answers: [...answers] }));
  const answer = ({ input }: Command): Lines => {
    const rule = remaining.find(({ text, answers }) => answers.length > 0 && input.includes(text));
    const given = rule?.answers.shift();
    if (given instanceof Error) throw given;
    if (given === undefined) throw new Error(`no answer for ${input}`);
    return given;
  };
  const asking: Asking = {
    session: {
      send: async (commands) => {
        batches.push([...commands]);
        return commands.map(answer);
      },
      close: async () => {},
      abort: async () => {},
    },
    limits,
    redact: (text) => text,
    onWarning: (_, warnings) => void warned.push(...warnings),
  };
  return { asking, warned, batches, sent: () => batches.map((batch) => batch.map(({ input }) => input)) };
};
