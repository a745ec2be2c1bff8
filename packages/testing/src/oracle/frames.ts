/**
 * The variables whose values the stand-in program passes on: those that SQL*Plus itself heeds. Of all others it passes on
 * the names alone. Source: sqlplus.md section 2.
 */
export const heededVariables = [
  'ORACLE_HOME',
  'ORACLE_SID',
  'TWO_TASK',
  'TNS_ADMIN',
  'NLS_LANG',
  'NLS_DATE_FORMAT',
  'SQLPATH',
  'ORACLE_PATH',
  'http_proxy',
  'HTTP_PROXY',
  'ORA_SUPPRESS_ERROR_URL',
] as const;

export type HeededVariable = (typeof heededVariables)[number];

/** How a client process was started. */
export interface ClientStart {
  readonly arguments: readonly string[];
  /** Names of all its environment variables. */
  readonly environmentNames: readonly string[];
  readonly environment: Readonly<Partial<Record<HeededVariable, string>>>;
  /** The working directory, where profiles are looked for and files are written. */
  readonly directory: string;
}

/** What the stand-in program says to the testbed, a line of JSON each; bytes travel as base64. */
export type ClientFrame = ClientStart | { readonly input: string } | { readonly end: true };

/** What the testbed answers. */
export type ServerFrame =
  | { readonly stdout: string }
  | { readonly stderr: string }
  /** Signals that do nothing from now on. */
  | { readonly ignore: readonly string[] }
  /** At its end the client leaves a child that keeps its output open for so long. */
  | { readonly orphanMs: number }
  | { readonly status: number }
  | { readonly signal: string };

/** Collects text into lines and parses each as one frame. */
export const createFrameReader = <Frame>(onFrame: (frame: Frame) => void): ((text: string) => void) => {
  let partial = '';
  return (text) => {
    const lines = (partial + text).split('\n');
    partial = lines.pop() ?? '';
    for (const line of lines) onFrame(JSON.parse(line) as Frame);
  };
};

export const writtenFrame = (frame: ClientFrame | ServerFrame): string => `${JSON.stringify(frame)}\n`;
