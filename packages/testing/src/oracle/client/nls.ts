/** How a client speaks, as NLS_LANG and its companions say. */
export interface NationalLanguage {
  readonly language: 'AMERICAN' | 'FRENCH' | 'SPANISH';
  readonly decimalMark: '.' | ',';
  /** How dates show; `undefined` for the session's default. */
  readonly dateMask: string | undefined;
  /** How bytes on standard input and output are read and written. */
  readonly encoding: 'utf8' | 'latin1';
  /** What is left of a text of the server in the client's character set. */
  toClient(text: string): string;
}

/** English over UTF-8, for a client that runs inside a test. */
export const plainEnglish: NationalLanguage = {
  language: 'AMERICAN',
  decimalMark: '.',
  dateMask: undefined,
  encoding: 'utf8',
  toClient: (text) => text,
};

const defaultCharacterSets = { AMERICAN: 'US7ASCII', FRENCH: 'WE8ISO8859P1', SPANISH: 'WE8ISO8859P1' } as const;
const defaultTerritories = { AMERICAN: 'AMERICA', FRENCH: 'FRANCE', SPANISH: 'SPAIN' } as const;
const euro = new Set(['FRANCE', 'SPAIN']);

/**
 * Reads NLS_LANG, `LANGUAGE_TERRITORY.CHARSET` with every part optional. A language without messages here is English.
 *
 * Documented: Database Globalization Support Guide, "Choosing a Locale with the NLS_LANG Environment Variable" (defaults of
 * the parts; NLS_DATE_FORMAT counts only beside NLS_LANG). Assumed: `?` and `¿` for what a character set lacks, and that
 * US7ASCII bytes pass unchanged between input and PROMPT (sqlplus.md section 9).
 */
export const parseNationalLanguage = (nlsLang: string, dateFormat: string | undefined): NationalLanguage => {
  const [, first, second, characters] = /^([A-Z ]*)?(?:_([A-Z ]*))?(?:\.(\w+))?$/.exec(nlsLang.toUpperCase()) ?? [];
  const language = first === 'FRENCH' || first === 'SPANISH' ? first : 'AMERICAN';
  const territory = second ?? defaultTerritories[language];
  const set = characters ?? defaultCharacterSets[language];
  const isUnicode = /^(?:AL32)?UTF8$/.test(set);
  const isSevenBit = set === 'US7ASCII';
  return {
    language,
    decimalMark: euro.has(territory) ? ',' : '.',
    dateMask: nlsLang !== '' && dateFormat !== undefined ? dateFormat : euro.has(territory) ? 'DD/MM/RR' : undefined,
    encoding: isUnicode || isSevenBit ? 'utf8' : 'latin1',
    toClient: (text) =>
      isUnicode ? text : isSevenBit ? text.replace(/[^\0-\x7F]/gu, '?') : text.replace(/[^\0-\xFF]/gu, '¿'),
  };
};
