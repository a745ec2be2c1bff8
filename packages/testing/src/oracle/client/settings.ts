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
  /** The lines of a script are shown. */
  isEchoOn: boolean;
  /** OFF hides what scripts print. */
  isTermoutOn: boolean;
  /** Each answer with rows waits for a line of input. */
  isPauseOn: boolean;
  /** What DBMS_OUTPUT wrote is shown. */
  isServerOutputOn: boolean;
  /** RECSEP: after which rows an empty line stands. */
  recordSeparator: 'wrapped' | 'each' | 'off';
  markup: Markup;
}

export type Markup =
  | { readonly kind: 'none' }
  | { readonly kind: 'csv'; readonly delimiter: string; readonly isQuoted: boolean }
  | { readonly kind: 'html' };

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
  isEchoOn: false,
  isTermoutOn: true,
  isPauseOn: false,
  isServerOutputOn: false,
  recordSeparator: 'wrapped',
  markup: { kind: 'none' },
});
