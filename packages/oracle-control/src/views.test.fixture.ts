import type { Asking } from './ask.js';
import { parseOptions } from './options.js';

/** What sqlplus prints for a query on each view: rows, or an error. */
export type ViewAnswers = Readonly<Record<string, readonly string[] | ((input: string) => readonly string[])>>;

/** An error as sqlplus prints it. */
export const refusal = (code: string, text = 'refused'): readonly string[] => [
  '     *',
  'ERROR at line 1:',
  `${code}: ${text}`,
  '',
];

/**
 * Answers each query by the view that it reads. A view that is not listed does not exist.
 *
 * @param lacking  Columns of which the release knows nothing.
 */
export const askingViews = (
  answers: ViewAnswers,
  lacking: readonly string[] = [],
): Asking & { readonly asked: readonly string[]; readonly writes: readonly number[] } => {
  const asked: string[] = [];
  const writes: number[] = [];
  const answer = (input: string): readonly string[] => {
    asked.push(input);
    const column = lacking.find((name) => new RegExp(`[(,\\s]${name}[),]`, 'i').test(input));
    if (column !== undefined) return refusal('ORA-00904', `"${column.toUpperCase()}": invalid identifier`);
    const view = /FROM ([\w$]+)/.exec(input)?.[1] ?? '';
    const lines = answers[view] ?? refusal('ORA-00942', 'table or view does not exist');
    return typeof lines === 'function' ? lines(input) : lines;
  };
  return {
    asked,
    writes,
    session: {
      send: async (commands) => {
        writes.push(commands.length);
        return commands.map(({ input }) => answer(input));
      },
      close: async () => {},
      abort: async () => {},
    },
    limits: parseOptions({ oracleHome: '/o', sid: 'S', logon: { kind: 'os' } }).limits,
    redact: (text) => text,
    onWarning: () => {},
  };
};

/** What becomes of a fact whose view is not there. */
export const reasonFor = (view: string) => ({
  isKnown: false,
  reason: `${view} is not there for this account: grant SELECT on SYS.${view.replace('V$', 'V_$$')}, or SELECT_CATALOG_ROLE (ORA-00942)`,
});
