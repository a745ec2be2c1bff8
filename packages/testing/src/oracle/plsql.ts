import { OracleError, UnmodelledStatementError } from './oracle-error.js';
import type { StatementContext, StatementResult } from './statement-effects.js';
import { normalised, runStatement } from './statements.js';

const done: StatementResult = { kind: 'done', feedback: 'PL/SQL procedure successfully completed.' };

const stringArgument = String.raw`(?:[\w]+ ?=> ?)?(?:'((?:[^']|'')*)'|(NULL))`;
const setModule = new RegExp(
  String.raw`^(?:SYS\.)?DBMS_APPLICATION_INFO\.SET_MODULE ?\( ?${stringArgument} ?, ?${stringArgument} ?\)$`,
  'i',
);
const setAction = new RegExp(String.raw`^(?:SYS\.)?DBMS_APPLICATION_INFO\.SET_ACTION ?\( ?${stringArgument} ?\)$`, 'i');

const unquoted = (text: string | undefined, most: number): string | null =>
  (text ?? '').replaceAll("''", "'").slice(0, most) || null;

/** Observed: sqlplus.md G40. */
const notDeclared = (name: string, offset: number, line: number, column: number): OracleError =>
  new OracleError(
    [
      `ORA-06550: line ${line}, column ${column}:`,
      `PLS-00201: identifier '${name.toUpperCase()}' must be declared`,
      `ORA-06550: line ${line}, column ${column}:`,
      'PL/SQL: Statement ignored',
    ],
    offset,
  );

const placeOf = (block: string, name: string): { offset: number; line: number; column: number } => {
  const offset = Math.max(block.indexOf(name), 0);
  const before = block.slice(0, offset).split('\n');
  return { offset, line: before.length, column: (before.at(-1) ?? '').length + 1 };
};

const runCall = async (context: StatementContext, call: string, block: string): Promise<void> => {
  if (/^NULL$/i.test(call)) return;
  const module = setModule.exec(call);
  if (module !== null) {
    context.session.module = unquoted(module[1], 48);
    context.session.action = unquoted(module[3], 32);
    return;
  }
  const action = setAction.exec(call);
  if (action !== null) {
    context.session.action = unquoted(action[1], 32);
    return;
  }
  const immediate = /^EXECUTE IMMEDIATE '((?:[^']|'')+)'$/i.exec(call);
  if (immediate !== null) {
    await runStatement(context, (immediate[1] ?? '').replaceAll("''", "'"));
    return;
  }
  if (!/^[\w$#]+$/.test(call)) throw new UnmodelledStatementError(call);
  const { offset, line, column } = placeOf(block, call);
  throw notDeclared(call, offset, line, column);
};

/**
 * Runs an anonymous block of calls: NULL, DBMS_APPLICATION_INFO.SET_MODULE and SET_ACTION, EXECUTE IMMEDIATE of a text.
 * A module is cut after 48 bytes, an action after 32. Source: PL/SQL Packages and Types Reference, SET_MODULE.
 *
 * @param block  From BEGIN to END; included.
 */
export const runBlock = async (context: StatementContext, block: string): Promise<StatementResult> => {
  const body = /^BEGIN\b ?(.*?);? ?END ?;?$/is.exec(normalised(block))?.[1];
  if (body === undefined) throw new UnmodelledStatementError(normalised(block));
  const calls = body.match(/(?:'(?:[^']|'')*'|[^;'])+/g) ?? [];
  for (const call of calls.map((one) => one.trim()).filter((one) => one !== '')) await runCall(context, call, block);
  return done;
};
