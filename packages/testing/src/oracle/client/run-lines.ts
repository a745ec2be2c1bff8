import type { ClientState } from './client-state.js';
import { runCommand } from './commands.js';
import type { ClientExit } from './exit.js';
import { runSql } from './run-sql.js';
import { effectOf, startsBlock, startsStatement, withoutTerminator } from './statement-lines.js';
import { substituted } from './substitution.js';

/** Reads and runs lines until one of them, or the end of the input, ends the client. */
export const runLines = async (client: ClientState): Promise<ClientExit> => {
  const enterStatement = async (firstLine: string): Promise<ClientExit | undefined> => {
    const { areBlankLinesKept } = client.settings;
    const lines: string[] = [];
    let line = firstLine;
    for (;;) {
      // CREATE OR REPLACE may stand on one line and PROCEDURE on the next.
      const isBlock = startsBlock([...lines.slice(0, 4), line].join('\n'));
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
      const mark = (index: number): string => (index === client.buffer.length - 1 ? '*' : ' ');
      client.print(
        client.buffer.map((text, index) => `${String(index + 1).padStart(3)}${mark(index)} ${text}\n`).join(''),
      );
      return undefined;
    }
    if (trimmed.startsWith('/*')) {
      // Documented: SQL*Plus User's Guide, "Using SQL Comment Delimiters": up to the line with the end, whatever is in it.
      for (let text: string | undefined = trimmed; text !== undefined && !text.includes('*/'); )
        text = await client.nextLine('DOC>');
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
