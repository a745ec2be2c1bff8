import { StringDecoder } from 'node:string_decoder';
import type { SimulatedDatabase } from '../simulated-database.js';
import type { ClientState } from './client-state.js';
import { parseCommandLine } from './command-line.js';
import { runCommand } from './commands.js';
import { farewell, logOnAtStart } from './connect.js';
import type { ClientExit } from './exit.js';
import { createLineInput } from './input.js';
import { type ClientRelease, lineLimit, type StartFailure, startFailures, usageText, versionText } from './release.js';
import { runSql } from './run-sql.js';
import { applySet, defaultSettings } from './settings.js';
import { effectOf, startsBlock, startsStatement, withoutTerminator } from './statement-lines.js';
import { substituted } from './substitution.js';

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
  write(stream: 'stdout' | 'stderr', text: string): void;
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

/** Reads and runs lines until one of them, or the end of the input, ends the client. */
const runLines = async (client: ClientState): Promise<ClientExit> => {
  const enterStatement = async (firstLine: string): Promise<ClientExit | undefined> => {
    const isBlock = startsBlock(firstLine);
    const { areBlankLinesKept } = client.settings;
    const lines: string[] = [];
    let line = firstLine;
    for (;;) {
      const effect = effectOf(line, { isBlock, areBlankLinesKept });
      const isKept = effect === 'runs' || effect === 'continues';
      if (effect === 'continues' && lines.length > 0 && line.startsWith('#')) {
        // SQLPREFIX: one command in the middle of a statement. Observed in effect: sqlplus.md section 6 (HASH).
        const exit = await runCommand(client, line.slice(1).trim());
        if (exit !== undefined) return exit;
      } else if (isKept) lines.push(effect === 'runs' ? withoutTerminator(line) : line);
      if (effect !== 'continues') {
        client.buffer = lines;
        return effect.startsWith('runs') ? runSql(client, lines.join('\n')) : undefined;
      }
      const next = await client.nextLine(`${String(lines.length + 1).padStart(3)}  `);
      // At end of file an unterminated statement is discarded. Observed: sqlplus.md section 6 (ORASYNC).
      if (next === undefined) return undefined;
      line = await verified(next, lines.length + 1);
    }
  };

  /** Substitutes, and shows what it did to SQL unless VERIFY is OFF. */
  const verified = async (line: string, number: number): Promise<string> => {
    const text = await substituted(client, line);
    const label = `${String(number).padStart(4)}: `;
    if (text !== line && client.settings.isVerifyOn) client.print(`old${label}${line}\nnew${label}${text}\n`);
    return text;
  };

  const runLine = async (raw: string): Promise<ClientExit | undefined> => {
    if (raw.trim() === '') return undefined;
    const isSql = startsStatement(raw.trim());
    if (isSql) return enterStatement(await verified(raw, 1));
    let line = await substituted(client, raw);
    while (/-\s*$/.test(line) && !/^\s*(?:--|PRO)/i.test(line)) {
      line = line.replace(/-\s*$/, '') + ((await client.nextLine('> ')) ?? '');
    }
    const trimmed = line.trim();
    if (trimmed === '/' || /^R(?:UN)?$/i.test(trimmed)) {
      if (client.buffer.length > 0) return runSql(client, client.buffer.join('\n'));
      client.print('SP2-0103: Nothing in SQL buffer to run.\n');
      return undefined;
    }
    if (trimmed === '.') return undefined;
    if (trimmed === ';' || /^L(?:IST)?$/i.test(trimmed)) {
      client.print(client.buffer.map((text, index) => `${String(index + 1).padStart(3)}* ${text}\n`).join(''));
      return undefined;
    }
    return runCommand(client, line.trimStart());
  };

  for (;;) {
    const line = await client.nextLine(client.settings.prompt);
    if (line === undefined) return { status: 0 };
    const exit = await runLine(line);
    if (exit !== undefined) return exit;
  }
};

/**
 * Starts one SQL*Plus against the simulated database. Its behaviour is specified in sqlplus.md sections 12 and 13; what is
 * documented, observed or assumed is marked there and where it is done.
 */
export const createClient = (database: SimulatedDatabase, options: ClientOptions): Client => {
  const { release = '19c' } = options;
  const input = createLineInput();
  const decoder = new StringDecoder('utf8');
  const profile: string[] = [];
  let isDropped = false;
  const print = (text: string): void => {
    if (!isDropped && text !== '') options.write('stdout', text);
  };
  const commandLine = parseCommandLine(options.arguments, release);
  const isSilent = commandLine.kind === 'session' && commandLine.isSilent;

  const readLine = async (prompt: string): Promise<string | undefined> => {
    for (;;) {
      if (!isSilent) print(prompt);
      const line = profile.shift() ?? (await input.nextLine());
      if (line === undefined || line.length <= lineLimit(release)) return line;
      print(`SP2-0027: Input is too long (> ${lineLimit(release)} characters) - line ignored\n`);
    }
  };

  const state: ClientState = {
    database,
    release,
    isSilent,
    restriction: commandLine.kind === 'session' ? commandLine.restriction : 0,
    latencyMs: options.latencyMs ?? 0,
    settings: defaultSettings(release),
    variables: new Map(),
    columnFormats: new Map(),
    session: undefined,
    buffer: [],
    onSqlError: { kind: 'continue' },
    onOsError: { kind: 'continue' },
    sqlCode: 0,
    print,
    printError: (text) => options.write('stderr', text),
    nextLine: readLine,
    startProfile: () => void profile.push(...(options.glogin ?? [])),
  };

  const live = async (): Promise<ClientExit> => {
    if (options.startFailure !== undefined) {
      const { stream, text, status } = startFailures[options.startFailure];
      options.write(stream, text);
      return { status };
    }
    if (commandLine.kind !== 'session') {
      print(commandLine.kind === 'version' ? versionText(release) : usageText(release));
      return { status: commandLine.kind === 'version' ? 0 : 1 };
    }
    if (commandLine.markup !== undefined) applySet(state.settings, `MARKUP ${commandLine.markup}`, release);
    const refused = await logOnAtStart(state, commandLine);
    return refused ?? runLines(state);
  };

  const exited = live().then((exit) => {
    print(farewell(state));
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
      input.drop();
      state.session?.close();
    },
    exited,
  };
};
