import { StringDecoder } from 'node:string_decoder';
import type { SimulatedDatabase } from '../simulated-database.js';
import { type ClientEnvironment, type ClientState, messagesIn } from './client-state.js';
import { parseCommandLine } from './command-line.js';
import { runCommand } from './commands.js';
import { farewell, logOnAtStart } from './connect.js';
import type { ClientExit } from './exit.js';
import { findScript, loginProfile, siteProfile } from './files.js';
import { createLineInput } from './input.js';
import { type NationalLanguage, parseNationalLanguage, plainEnglish } from './nls.js';
import { redactLine } from './redaction.js';
import { type ClientRelease, lineLimit, type StartFailure, startFailures, usageText, versionText } from './release.js';
import { runLines } from './run-lines.js';
import { createScriptLines } from './script-lines.js';
import { applySet } from './set-options.js';
import { defaultSettings } from './settings.js';

/** How a SQL*Plus is to behave. */
export interface ClientOptions {
  readonly arguments: readonly string[];
  /** Default 19c. */
  readonly release?: ClientRelease;
  /** Added once per logon and once per statement that reaches the database. Default 0. */
  readonly latencyMs?: number;
  /** The client does not start, for this reason. */
  readonly startFailure?: StartFailure;
  /** Lines of glogin.sql, run after every logon. Source: sqlplus.md section 2, "Profiles". */
  readonly glogin?: readonly string[];
  /** Where it runs. Default: nowhere; it speaks English in UTF-8, and finds no files. */
  readonly environment?: ClientEnvironment;
  write(stream: 'stdout' | 'stderr', text: string, encoding: NationalLanguage['encoding']): void;
  /** Each line of standard input as it is read, without passwords. */
  onLine?(line: string): void;
}

/** One SQL*Plus process: standard input in, output through `write`. */
export interface Client {
  feed(bytes: Uint8Array): void;
  /** End of file on standard input. */
  end(): void;
  /** The process was killed: what it had not sent is lost, what the server runs goes on. */
  drop(): void;
  readonly exited: Promise<ClientExit>;
}

/**
 * Starts one SQL*Plus against the simulated database. Its behaviour is specified in sqlplus.md sections 12 and 13; what is
 * documented, observed or assumed is marked there and where it is done.
 */
export const createClient = (database: SimulatedDatabase, options: ClientOptions): Client => {
  const { release = '19c', environment } = options;
  const national =
    environment === undefined
      ? plainEnglish
      : parseNationalLanguage(environment.values.NLS_LANG ?? '', environment.values.NLS_DATE_FORMAT);
  const input = createLineInput();
  const script = createScriptLines();
  const decoder = new StringDecoder(national.encoding);
  const commandLine = parseCommandLine(options.arguments, release);
  const isSilent = commandLine.kind === 'session' && commandLine.isSilent;
  const restriction = commandLine.kind === 'session' ? commandLine.restriction : 0;
  const settings = defaultSettings(release);
  let isDropped = false;
  let resolveDropped = () => {};
  const dropped = new Promise<void>((resolve) => {
    resolveDropped = resolve;
  });
  let collected: string[] | undefined;

  const print = (text: string): void => {
    if (isDropped || text === '') return;
    if (collected !== undefined) {
      collected.push(text);
      return;
    }
    state.spool?.write(text);
    const isHidden = script.isRunning() && !settings.isTermoutOn;
    if (!isHidden) options.write('stdout', text, national.encoding);
  };

  /** A line of the input, with the prompt that stands before it unless the client is silent. */
  const readInput = async (prompt: string, kept: (text: string) => string): Promise<string | undefined> => {
    for (;;) {
      if (!isSilent) print(prompt);
      const text = await input.nextLine();
      if (text === undefined) return undefined;
      options.onLine?.(kept(text));
      if (text.length <= lineLimit(release)) return text;
      print(`SP2-0027: Input is too long (> ${lineLimit(release)} characters) - line ignored\n`);
    }
  };

  const readLine = async (prompt: string): Promise<string | undefined> => {
    const text = script.next();
    if (text === undefined) return readInput(prompt, redactLine);
    if (settings.isEchoOn) print(`${prompt}${text}\n`);
    return text;
  };

  /** -R 3 leaves login.sql out. Documented: sqlplus.md section 1. */
  const startProfile = async (further: readonly string[]): Promise<void> => {
    const site = await siteProfile(environment?.home);
    const own = environment === undefined || restriction === 3 ? [] : await loginProfile(environment, release);
    script.push([...(options.glogin ?? []), ...site, ...further, ...own]);
  };

  const state: ClientState = {
    database,
    release,
    isSilent,
    restriction,
    latencyMs: options.latencyMs ?? 0,
    environment,
    national,
    messages: messagesIn(national),
    settings,
    variables: new Map(),
    binds: new Map(),
    columns: new Map(),
    session: undefined,
    buffer: [],
    onSqlError: { kind: 'continue' },
    onOsError: { kind: 'continue' },
    sqlCode: 0,
    spool: undefined,
    lastPrompt: '',
    print,
    collectOutput: () => {
      const texts: string[] = [];
      collected = texts;
      return {
        release: () => {
          collected = undefined;
          return texts.join('');
        },
      };
    },
    printError: (text) => options.write('stderr', text, national.encoding),
    nextLine: readLine,
    nextAnswer: (prompt, kind) => readInput(prompt, kind === 'secret' ? () => '***' : redactLine),
    dropped,
    runScript: ({ lines, directory }) => script.push(lines, directory),
    scriptDirectory: () => script.directory(),
    startProfile,
  };

  const runSession = async (line: Extract<typeof commandLine, { kind: 'session' }>): Promise<ClientExit> => {
    if (line.isFast) settings.pageSize = 50_000;
    if (line.markup !== undefined) print(applySet(settings, `MARKUP ${line.markup}`, release));
    const command = line.script === undefined ? undefined : `@${line.script}`;
    // A script and no logon: the first line of the script is the logon. Documented: sqlplus.md section 1 (SP33).
    const isLogonInScript = command !== undefined && line.logon === '' && !line.isNolog;
    const found = isLogonInScript ? await findScript(line.script?.split(' ')[0] ?? '', environment) : undefined;
    const refused = await logOnAtStart(state, { ...line, logon: found?.lines[0] ?? line.logon });
    if (refused !== undefined) return refused;
    if (found !== undefined) script.push(found.lines.slice(1), found.directory);
    else if (command !== undefined) {
      const exit = await runCommand(state, command);
      if (exit !== undefined) return exit;
    }
    return runLines(state);
  };

  const live = async (): Promise<ClientExit> => {
    if (options.startFailure !== undefined) {
      const { stream, text, status } = startFailures[options.startFailure];
      options.write(stream, text, national.encoding);
      return { status };
    }
    if (commandLine.kind === 'session') return runSession(commandLine);
    print(commandLine.kind === 'version' ? versionText(release) : usageText(release));
    return { status: commandLine.kind === 'version' ? 0 : commandLine.status };
  };

  const exited = live().then(async (exit) => {
    if ('status' in exit) print(farewell(state));
    await state.spool?.close();
    state.session?.close();
    return exit;
  });

  return {
    feed: (bytes) => input.feed(decoder.write(Buffer.from(bytes))),
    end: () => {
      input.feed(decoder.end());
      input.end();
    },
    drop: () => {
      isDropped = true;
      resolveDropped();
      input.drop();
      state.session?.close();
    },
    exited,
  };
};
