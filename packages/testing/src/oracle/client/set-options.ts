import { type ClientRelease, isAtLeast } from './release.js';
import type { Settings } from './settings.js';
import { withoutQuotes } from './words.js';

/** What SET does with a value: nothing to say, or the line that SQL*Plus prints. */
type Setter = (settings: Settings, value: string) => string | undefined;

interface Option {
  readonly name: string;
  /** The shortest abbreviation. */
  readonly shortest: string;
  readonly set: Setter;
  /** What SHOW prints; `undefined` for an option that changes nothing here. */
  readonly show?: (settings: Settings) => string;
}

type KeyOf<Wanted> = { [Key in keyof Settings]: Settings[Key] extends Wanted ? Key : never }[keyof Settings];

const isOn = (value: string): boolean => !/^off$/i.test(value);
const onOrOff = (isIt: boolean): string => (isIt ? 'ON' : 'OFF');

const toggle = (name: string, shortest: string, key: KeyOf<boolean>): Option => ({
  name,
  shortest,
  set: (settings, value) => {
    settings[key] = isOn(value);
    return undefined;
  },
  show: (settings) => `${name.toLowerCase()} ${onOrOff(settings[key])}`,
});

/** A number outside its range is refused. Documented: SQL*Plus User's Guide, limits; the text is assumed. */
const count = (
  name: string,
  shortest: string,
  key: 'pageSize' | 'lineSize' | 'numberWidth',
  { least, most }: { readonly least: number; readonly most: number },
): Option => ({
  name,
  shortest,
  set: (settings, value) => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < least || number > most)
      return `SP2-0267: ${name.toLowerCase()} option ${value} out of range (${least} through ${most})\n`;
    settings[key] = number;
    return undefined;
  },
  show: (settings) => `${name.toLowerCase()} ${settings[key]}`,
});

const text = (name: string, shortest: string, key: 'nullText' | 'columnSeparator' | 'prompt'): Option => ({
  name,
  shortest,
  set: (settings, value) => {
    settings[key] = value;
    return undefined;
  },
  show: (settings) => `${name.toLowerCase()} "${settings[key]}"`,
});

/** Options that are known and change nothing here. */
const ignored = (names: readonly (readonly [name: string, shortest: string])[]): readonly Option[] =>
  names.map(([name, shortest]) => ({ name, shortest, set: () => undefined }));

const feedback: Option = {
  name: 'FEEDBACK',
  shortest: 'FEED',
  set: (settings, value) => {
    settings.feedback = /^\d+$/.test(value) ? Number(value) : isOn(value) ? 1 : 0;
    return undefined;
  },
  show: (settings) => (settings.feedback === 0 ? 'feedback OFF' : `FEEDBACK ON for ${settings.feedback} or more rows`),
};

const newPage: Option = {
  name: 'NEWPAGE',
  shortest: 'NEWP',
  set: (settings, value) => {
    settings.newPage = /^\d+$/.test(value) ? Number(value) : 0;
    return undefined;
  },
  show: (settings) => `newpage ${settings.newPage}`,
};

const recordSeparator: Option = {
  name: 'RECSEP',
  shortest: 'RECSEP',
  set: (settings, value) => {
    settings.recordSeparator = /^WR/i.test(value) ? 'wrapped' : /^EA/i.test(value) ? 'each' : 'off';
    return undefined;
  },
  show: (settings) => `recsep ${settings.recordSeparator.toUpperCase()}`,
};

const wrap: Option = {
  ...toggle('WRAP', 'WRA', 'isWrapOn'),
  show: (settings) => `wrap : lines will be ${settings.isWrapOn ? 'wrapped' : 'truncated'}`,
};

const define: Option = {
  ...toggle('DEFINE', 'DEF', 'isDefineOn'),
  show: (settings) => (settings.isDefineOn ? 'define "&" (hex 26)' : 'define OFF'),
};

/** The table that errors would go to is not there. Expert knowledge: the text of SP2-1507. */
const errorLogging: Option = {
  name: 'ERRORLOGGING',
  shortest: 'ERRORL',
  set: (_, value) =>
    isOn(value) ? 'SP2-1507: Errorlogging table, role or privilege is missing or not accessible\n' : undefined,
  show: () => 'errorlogging is OFF',
};

/** Nobody here has PLUSTRACE. Expert knowledge: the texts. */
const autoTrace: Option = {
  name: 'AUTOTRACE',
  shortest: 'AUTOT',
  set: (_, value) =>
    isOn(value)
      ? 'SP2-0618: Cannot find the Session Identifier.  Check PLUSTRACE role is enabled\nSP2-0611: Error enabling STATISTICS report\n'
      : undefined,
  show: () => 'autotrace OFF',
};

const options: readonly Option[] = [
  autoTrace,
  define,
  errorLogging,
  feedback,
  newPage,
  recordSeparator,
  wrap,
  count('LINESIZE', 'LIN', 'lineSize', { least: 1, most: 32_767 }),
  count('NUMWIDTH', 'NUM', 'numberWidth', { least: 2, most: 128 }),
  count('PAGESIZE', 'PAGES', 'pageSize', { least: 0, most: 50_000 }),
  text('COLSEP', 'COLSEP', 'columnSeparator'),
  text('NULL', 'NULL', 'nullText'),
  text('SQLPROMPT', 'SQLP', 'prompt'),
  toggle('ECHO', 'ECHO', 'isEchoOn'),
  toggle('HEADING', 'HEA', 'isHeadingOn'),
  toggle('PAUSE', 'PAU', 'isPauseOn'),
  toggle('SERVEROUTPUT', 'SERVEROUT', 'isServerOutputOn'),
  toggle('SQLBLANKLINES', 'SQLBL', 'areBlankLinesKept'),
  toggle('TAB', 'TAB', 'isTabOn'),
  toggle('TERMOUT', 'TERM', 'isTermoutOn'),
  toggle('TIMING', 'TIMI', 'isTimingOn'),
  toggle('TRIMOUT', 'TRIM', 'isTrimoutOn'),
  toggle('UNDERLINE', 'UND', 'isUnderlineOn'),
  toggle('VERIFY', 'VER', 'isVerifyOn'),
  ...ignored([
    ['APPINFO', 'APPI'],
    ['ARRAYSIZE', 'ARRAY'],
    ['AUTOCOMMIT', 'AUTO'],
    ['AUTOPRINT', 'AUTOP'],
    ['AUTORECOVERY', 'AUTORECOVERY'],
    ['BLOCKTERMINATOR', 'BLO'],
    ['CMDSEP', 'CMDS'],
    ['CONCAT', 'CON'],
    ['ESCAPE', 'ESC'],
    ['EXITCOMMIT', 'EXITC'],
    ['FLUSH', 'FLU'],
    ['LOBPREFETCH', 'LOBPREFETCH'],
    ['LONG', 'LONG'],
    ['LONGCHUNKSIZE', 'LONGC'],
    ['NUMFORMAT', 'NUMF'],
    ['RECSEPCHAR', 'RECSEPCHAR'],
    ['ROWPREFETCH', 'ROWPREFETCH'],
    ['SHOWMODE', 'SHOW'],
    ['SQLCASE', 'SQLC'],
    ['SQLCONTINUE', 'SQLCO'],
    ['SQLNUMBER', 'SQLN'],
    ['SQLPREFIX', 'SQLPRE'],
    ['SQLTERMINATOR', 'SQLT'],
    ['STATEMENTCACHE', 'STATEMENTC'],
    ['TIME', 'TI'],
    ['TRIMSPOOL', 'TRIMS'],
  ]),
];

/** ERRORDETAILS came with 23ai, ERRORLOGGING with 11g. Source: sqlplus.md section 9. */
const errorDetails = toggle('ERRORDETAILS', 'ERRORDETAILS', 'areErrorDetailsOn');

const findOption = (word: string, release: ClientRelease): Option | undefined => {
  const name = word.toUpperCase();
  if (name === 'ERRORDETAILS' && release === '23ai') return errorDetails;
  return options.find((option) => name.startsWith(option.shortest) && option.name.startsWith(name));
};

/** CSV needs a client of 12.2. Source: sqlplus.md section 1; the text for older ones is assumed. */
const setMarkup = (settings: Settings, words: string, release: ClientRelease): string => {
  if (/\bHTML\b/i.test(words)) {
    settings.markup = { kind: /\bHTML\s+OFF\b/i.test(words) ? 'none' : 'html' };
    return '';
  }
  if (!/\bCSV\b/i.test(words) || !isAtLeast(release, '12.2'))
    return `SP2-0158: unknown SET MARKUP option "${words.split(' ')[0]}"\n`;
  const delimiter = /\bDELIM(?:ITER)?\s+(?:"(.)"|'(.)'|(\S))/i.exec(words);
  settings.markup = /\bCSV\s+OFF\b/i.test(words)
    ? { kind: 'none' }
    : {
        kind: 'csv',
        delimiter: delimiter?.[1] ?? delimiter?.[2] ?? delimiter?.[3] ?? ',',
        isQuoted: !/\bQUOTE\s+OFF\b/i.test(words),
      };
  return '';
};

/** The option is named whole up to ten characters. Assumed: sqlplus.md section 4.2, SP2-0158 and SP2-0735. */
const unknownOption = (word: string): string =>
  word.length > 10
    ? `SP2-0735: unknown SET option beginning "${word.slice(0, 10)}..."\n`
    : `SP2-0158: unknown SET option "${word}"\n`;

/** Words that belong to the option before them. */
const isFurtherWord = (word: string): boolean =>
  /^(SIZE|FORMAT|UNLIMITED|WRAPPED|ONLY|SQL_ID|EXPLAIN|STATISTICS|TRACEONLY|TABLE|TRUNCATE|IDENTIFIER)$/i.test(word);
const takesValue = (word: string): boolean => /^(SIZE|FORMAT|TABLE|IDENTIFIER)$/i.test(word);

/**
 * Applies the text after SET: one option or several.
 *
 * @returns What SQL*Plus prints, '' when all is well. The rest of the line after an unknown option is ignored.
 */
export const applySet = (settings: Settings, line: string, release: ClientRelease): string => {
  const words = line.match(/"[^"]*"|'[^']*'|[^\s"']+/g) ?? [];
  let printed = '';
  for (let index = 0; index < words.length; index += 2) {
    const word = words[index] ?? '';
    if (/^MARK(U|UP)?$/i.test(word)) return printed + setMarkup(settings, words.slice(index + 1).join(' '), release);
    const option = findOption(word, release);
    if (option === undefined) return printed + unknownOption(word);
    printed += option.set(settings, withoutQuotes(words[index + 1] ?? '')) ?? '';
    while (isFurtherWord(words[index + 2] ?? '')) index += takesValue(words[index + 2] ?? '') ? 2 : 1;
  }
  return printed;
};

/** What SHOW prints about an option of SET; `undefined` when there is none of this name that does anything here. */
export const shownOption = (settings: Settings, word: string, release: ClientRelease): string | undefined => {
  const shown = findOption(word, release)?.show?.(settings);
  return shown === undefined ? undefined : `${shown}\n`;
};
