import type { ClientRelease } from './release.js';

/** The settings of SQL*Plus that change what this stand-in does. */
export interface Settings {
  isDefineOn: boolean;
  isVerifyOn: boolean;
  /** SQLBLANKLINES: a blank line does not end a statement. */
  areBlankLinesKept: boolean;
  isHeadingOn: boolean;
  pageSize: number;
  /** Blank lines above a page; NONE is 0. */
  newPage: number;
  lineSize: number;
  /** From how many rows on they are counted; 0 is OFF. */
  feedback: number;
  isTabOn: boolean;
  isTrimoutOn: boolean;
  isWrapOn: boolean;
  numberWidth: number;
  nullText: string;
  columnSeparator: string;
  isUnderlineOn: boolean;
  isTimingOn: boolean;
  areErrorDetailsOn: boolean;
  prompt: string;
  csv: { readonly delimiter: string; readonly isQuoted: boolean } | undefined;
}

/** Documented: SQL*Plus User's Guide, "SET System Variable Summary". */
export const defaultSettings = (release: ClientRelease): Settings => ({
  isDefineOn: true,
  isVerifyOn: true,
  areBlankLinesKept: false,
  isHeadingOn: true,
  pageSize: 14,
  newPage: 1,
  lineSize: 80,
  feedback: 6,
  isTabOn: true,
  isTrimoutOn: true,
  isWrapOn: true,
  numberWidth: 10,
  nullText: '',
  columnSeparator: ' ',
  isUnderlineOn: true,
  isTimingOn: false,
  areErrorDetailsOn: release === '23ai',
  prompt: 'SQL> ',
  csv: undefined,
});

type Setter = (settings: Settings, value: string) => unknown;

const isOn = (value: string): boolean => !/^off$/i.test(value);
const toggle =
  (key: { [Key in keyof Settings]: Settings[Key] extends boolean ? Key : never }[keyof Settings]): Setter =>
  (settings, value) => {
    settings[key] = isOn(value);
  };
const count =
  (key: 'pageSize' | 'lineSize' | 'numberWidth'): Setter =>
  (settings, value) => {
    if (/^\d+$/.test(value)) settings[key] = Number(value);
  };
const ignored: Setter = () => {};

/** Name in full, shortest abbreviation, effect. Options that change nothing here are known all the same. */
const options: readonly (readonly [name: string, shortest: string, set: Setter])[] = [
  ['APPINFO', 'APPI', ignored],
  ['ARRAYSIZE', 'ARRAY', ignored],
  ['AUTOCOMMIT', 'AUTO', ignored],
  ['AUTOPRINT', 'AUTOP', ignored],
  ['AUTORECOVERY', 'AUTORECOVERY', ignored],
  ['AUTOTRACE', 'AUTOT', ignored],
  ['BLOCKTERMINATOR', 'BLO', ignored],
  ['CMDSEP', 'CMDS', ignored],
  ['COLSEP', 'COLSEP', (settings, value) => Object.assign(settings, { columnSeparator: value })],
  ['CONCAT', 'CON', ignored],
  ['DEFINE', 'DEF', toggle('isDefineOn')],
  ['ECHO', 'ECHO', ignored],
  ['ERRORLOGGING', 'ERRORL', ignored],
  ['ESCAPE', 'ESC', ignored],
  ['EXITCOMMIT', 'EXITC', ignored],
  [
    'FEEDBACK',
    'FEED',
    (settings, value) => {
      settings.feedback = /^\d+$/.test(value) ? Number(value) : isOn(value) ? 1 : 0;
    },
  ],
  ['FLUSH', 'FLU', ignored],
  ['HEADING', 'HEA', toggle('isHeadingOn')],
  ['LINESIZE', 'LIN', count('lineSize')],
  ['LOBPREFETCH', 'LOBPREFETCH', ignored],
  ['LONG', 'LONG', ignored],
  ['LONGCHUNKSIZE', 'LONGC', ignored],
  [
    'NEWPAGE',
    'NEWP',
    (settings, value) => Object.assign(settings, { newPage: /^\d+$/.test(value) ? Number(value) : 0 }),
  ],
  ['NULL', 'NULL', (settings, value) => Object.assign(settings, { nullText: value })],
  ['NUMFORMAT', 'NUMF', ignored],
  ['NUMWIDTH', 'NUM', count('numberWidth')],
  ['PAGESIZE', 'PAGES', count('pageSize')],
  ['PAUSE', 'PAU', ignored],
  ['RECSEP', 'RECSEP', ignored],
  ['RECSEPCHAR', 'RECSEPCHAR', ignored],
  ['ROWPREFETCH', 'ROWPREFETCH', ignored],
  ['SERVEROUTPUT', 'SERVEROUT', ignored],
  ['SHOWMODE', 'SHOW', ignored],
  ['SQLBLANKLINES', 'SQLBL', toggle('areBlankLinesKept')],
  ['SQLCASE', 'SQLC', ignored],
  ['SQLCONTINUE', 'SQLCO', ignored],
  ['SQLNUMBER', 'SQLN', ignored],
  ['SQLPREFIX', 'SQLPRE', ignored],
  ['SQLPROMPT', 'SQLP', (settings, value) => Object.assign(settings, { prompt: value })],
  ['SQLTERMINATOR', 'SQLT', ignored],
  ['STATEMENTCACHE', 'STATEMENTC', ignored],
  ['TAB', 'TAB', toggle('isTabOn')],
  ['TERMOUT', 'TERM', ignored],
  ['TIME', 'TI', ignored],
  ['TIMING', 'TIMI', toggle('isTimingOn')],
  ['TRIMOUT', 'TRIM', toggle('isTrimoutOn')],
  ['TRIMSPOOL', 'TRIMS', ignored],
  ['UNDERLINE', 'UND', toggle('isUnderlineOn')],
  ['VERIFY', 'VER', toggle('isVerifyOn')],
  ['WRAP', 'WRA', toggle('isWrapOn')],
];

/** CSV came with 12.2, ERRORDETAILS with 23ai. Source: sqlplus.md sections 1 and 9. */
const findOption = (word: string, release: ClientRelease): Setter | undefined => {
  const name = word.toUpperCase();
  if (name === 'ERRORDETAILS' && release === '23ai') return toggle('areErrorDetailsOn');
  return options.find(([full, shortest]) => name.startsWith(shortest) && full.startsWith(name))?.[2];
};

const setMarkup = (settings: Settings, text: string): void => {
  if (!/\bCSV\b/i.test(text)) return;
  const delimiter = /\bDELIMITER\s+(?:"(.)"|(\S))/i.exec(text);
  settings.csv = /\bCSV\s+OFF\b/i.test(text)
    ? undefined
    : { delimiter: delimiter?.[1] ?? delimiter?.[2] ?? ',', isQuoted: !/\bQUOTE\s+OFF\b/i.test(text) };
};

const withoutQuotes = (word: string): string => (/^(["']).*\1$/s.test(word) ? word.slice(1, -1) : word);

/** The option is named whole up to ten characters. Assumed: sqlplus.md section 4.2, SP2-0158 and SP2-0735. */
const unknownOption = (word: string): string =>
  word.length > 10
    ? `SP2-0735: unknown SET option beginning "${word.slice(0, 10)}..."\n`
    : `SP2-0158: unknown SET option "${word}"\n`;

/**
 * Applies the text after SET: one option or several.
 *
 * @returns What SQL*Plus prints, '' when all is well. The rest of the line after an unknown option is ignored.
 */
export const applySet = (settings: Settings, text: string, release: ClientRelease): string => {
  const words = text.match(/"[^"]*"|'[^']*'|[^\s"']+/g) ?? [];
  for (let index = 0; index < words.length; index += 2) {
    const word = words[index] ?? '';
    if (/^MARK(U|UP)?$/i.test(word)) {
      setMarkup(settings, words.slice(index + 1).join(' '));
      return '';
    }
    const set = findOption(word, release);
    if (set === undefined) return unknownOption(word);
    set(settings, withoutQuotes(words[index + 1] ?? ''));
    while (/^(SIZE|FORMAT|UNLIMITED|WRAPPED|ONLY|SQL_ID|EXPLAIN|STATISTICS|TRACEONLY)$/i.test(words[index + 2] ?? '')) {
      index += /^(SIZE|FORMAT)$/i.test(words[index + 2] ?? '') ? 2 : 1;
    }
  }
  return '';
};
