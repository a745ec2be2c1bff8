import { bareErrorLine, OracleError, oracleError, UnmodelledStatementError } from '../oracle-error.js';
import type { Relation } from '../sql/compile.js';
import { formatValue } from '../sql/format.js';
import { toNumber } from '../sql/values.js';
import type { StatementContext, StatementResult } from '../statement-effects.js';
import { checkBlock } from './check-block.js';
import { lineOf } from './compile-error.js';
import { assign, callSubprogram, evaluate, holds, type Position, rowsAt, takeRow } from './evaluator.js';
import { endsTheCall, isMeant, predefinedExceptions, RaisedException } from './exceptions.js';
import { parseBlock } from './parse-block.js';
import type { Block, Statement } from './syntax.js';
import { createFrame, createScalar, type ExceptionName, type Frame, findName, type RowVariable } from './variables.js';

/** How a list of statements came to its end. */
type Flow = 'next' | 'exit' | 'continue' | 'return';

const done: StatementResult = { kind: 'done', feedback: 'PL/SQL procedure successfully completed.' };

const exceptionCalled = (frame: Frame, name: string): ExceptionName | undefined => {
  const found = findName(frame, name) ?? predefinedExceptions.get(name);
  return found?.kind === 'exception' ? found : undefined;
};

/** The error of `RAISE name`. */
const errorOf = ({ code }: ExceptionName): OracleError =>
  code === undefined
    ? oracleError('ORA-06510')
    : new OracleError([bareErrorLine(`ORA-${String(-code).padStart(5, '0')}`)]);

const whole = (value: Awaited<ReturnType<typeof evaluate>>): bigint => {
  const number = toNumber(value);
  if (number === null) throw oracleError('ORA-06502', 'NULL index table key value');
  return typeof number === 'bigint' ? number : BigInt(Math.round(number));
};

const createRunner = (context: StatementContext, source: string) => {
  const lineAt = ({ offset }: Statement): number => lineOf(source, offset);

  const runLoop = async (position: Position, body: readonly Statement[]): Promise<Flow> => {
    const flow = await runAll(position, body);
    return flow === 'continue' ? 'next' : flow;
  };

  /** Runs `turn` until it says that there is no further one, or the body leaves the loop. */
  const loop = async (position: Position, body: readonly Statement[], turn: () => Promise<boolean>): Promise<Flow> => {
    while (await turn()) {
      context.requireAlive();
      const flow = await runLoop(position, body);
      if (flow === 'return') return flow;
      if (flow === 'exit') break;
    }
    return 'next';
  };

  const inLoop = (
    { frame, ...rest }: Position,
    name: string,
    variable: RowVariable | ReturnType<typeof createScalar>,
  ) => {
    const inner = createFrame(frame);
    inner.names.set(name, variable);
    return { ...rest, frame: inner };
  };

  const runRange = async (
    position: Position,
    { name, low, high, isReverse, body }: Extract<Statement, { kind: 'for-range' }>,
  ): Promise<Flow> => {
    const from = whole(await evaluate(position, low));
    const to = whole(await evaluate(position, high));
    const index = createScalar({ kind: 'number', isWhole: true }, true);
    let next = isReverse ? to : from;
    return loop(inLoop(position, name, index), body, async () => {
      if (next < from || next > to) return false;
      index.value = next;
      next += isReverse ? -1n : 1n;
      return true;
    });
  };

  const runRows = async (
    position: Position,
    { name, select, body }: Extract<Statement, { kind: 'for-rows' }>,
  ): Promise<Flow> => {
    const { columns, rows } = rowsAt(position, (engine) => engine.runSelect(select));
    const row: RowVariable = { kind: 'row', columns, row: [] };
    let next = 0;
    return loop(inLoop(position, name, row), body, async () => {
      const values = rows[next];
      if (values === undefined) return false;
      row.row = values;
      next += 1;
      return true;
    });
  };

  const execute = async (
    position: Position,
    { text, into }: Extract<Statement, { kind: 'execute' }>,
  ): Promise<void> => {
    const value = await evaluate(position, text);
    const sql = value === null ? '' : formatValue(value, context.dateMask);
    const result = await context.executeImmediate(sql);
    if (result.kind === 'rows' && into.length > 0) takeRow(position, result.rows, into);
    else if (into.length > 0) throw new UnmodelledStatementError(`EXECUTE IMMEDIATE … INTO of ${sql}`);
  };

  const runStatement = async (position: Position, statement: Statement): Promise<Flow> => {
    switch (statement.kind) {
      case 'null':
        return 'next';
      case 'return':
        return 'return';
      case 'block':
        return runBlockIn(statement.block, position);
      case 'assign':
        await assign(position, statement.target, statement.operand);
        return 'next';
      case 'if': {
        for (const { when, body } of statement.branches) {
          if ((await holds(position, when)) === true) return runAll(position, body);
        }
        return runAll(position, statement.otherwise);
      }
      case 'loop':
        return loop(position, statement.body, async () => true);
      case 'while':
        return loop(position, statement.body, async () => (await holds(position, statement.when)) === true);
      case 'for-range':
        return runRange(position, statement);
      case 'for-rows':
        return runRows(position, statement);
      case 'exit':
      case 'continue': {
        const { when, kind } = statement;
        return when === undefined || (await holds(position, when)) === true ? kind : 'next';
      }
      case 'select': {
        const { rows }: Relation = rowsAt(position, (engine) => engine.runSelect(statement.select));
        takeRow(position, rows, statement.into);
        return 'next';
      }
      case 'sql':
        await context.run(statement.sql);
        return 'next';
      case 'execute':
        await execute(position, statement);
        return 'next';
      case 'raise':
        throw raised(position, statement);
      case 'call':
        await callSubprogram(position, statement.name, statement.args);
        return 'next';
    }
  };

  const raised = ({ frame, current }: Position, statement: Extract<Statement, { kind: 'raise' }>): RaisedException => {
    const line = lineAt(statement);
    const { name } = statement;
    if (name !== undefined) {
      const exception = exceptionCalled(frame, name);
      if (exception === undefined) throw new Error(`${name} was not checked`);
      return new RaisedException(errorOf(exception), [line], exception);
    }
    if (current === undefined) throw new UnmodelledStatementError('RAISE outside an exception handler');
    return new RaisedException(current.error, [line, ...current.lines], current.exception);
  };

  const runAll = async (position: Position, statements: readonly Statement[]): Promise<Flow> => {
    for (const statement of statements) {
      try {
        context.requireAlive();
        const flow = await runStatement(position, statement);
        if (flow !== 'next') return flow;
      } catch (error) {
        if (!(error instanceof OracleError) || endsTheCall(error)) throw error;
        throw new RaisedException(new OracleError(error.lines), [lineAt(statement)]);
      }
    }
    return 'next';
  };

  const declare = async (block: Block, position: Position): Promise<void> => {
    const { names } = position.frame;
    for (const declaration of block.declarations) {
      if (declaration.kind === 'exception') names.set(declaration.name, { kind: 'exception', code: undefined });
      else if (declaration.kind === 'exception-code') {
        const exception = exceptionCalled(position.frame, declaration.name);
        if (exception !== undefined) exception.code = declaration.code;
      } else {
        const { name, type, initial, isConstant, offset } = declaration;
        names.set(name, createScalar(type, isConstant));
        try {
          if (initial !== undefined) await assign(position, name, initial);
        } catch (error) {
          if (!(error instanceof OracleError)) throw error;
          throw new RaisedException(new OracleError(error.lines), [lineOf(source, offset)]);
        }
      }
    }
  };

  const runBlockIn = async (block: Block, outer: Position): Promise<Flow> => {
    const position: Position = { ...outer, frame: createFrame(outer.frame) };
    // An error in a declaration is for the block around. Documented: "Exceptions Raised in Declarations".
    await declare(block, position);
    try {
      return await runAll(position, block.body);
    } catch (error) {
      if (!(error instanceof RaisedException)) throw error;
      const handler = block.handlers.find(({ names }) =>
        names.some(({ name }) => {
          const exception = name === 'OTHERS' ? undefined : exceptionCalled(position.frame, name);
          return name === 'OTHERS' || (exception !== undefined && isMeant(exception, error));
        }),
      );
      if (handler === undefined) throw error;
      return runAll({ ...position, current: error }, handler.body);
    }
  };

  return runBlockIn;
};

/**
 * Compiles and runs an anonymous block.
 *
 * What EXECUTE IMMEDIATE runs passes journal, holds and faults as an entry of its own, so a fault that matches
 * `END BACKUP` meets each real END once. The rest of SQL in a block belongs to the block's entry.
 *
 * @param source  From BEGIN or DECLARE to END; included.
 * @throws {OracleError} ORA-06550 when it does not compile and nothing of it ran; else what it raised and did not handle,
 *   with the lines it came by (ORA-06512). While the database is not open ORA-06553 with PLS-213 (assumed).
 */
export const runBlock = async (context: StatementContext, source: string): Promise<StatementResult> => {
  if (context.engine.state.instanceStatus !== 'OPEN') throw oracleError('ORA-06553');
  const block = parseBlock(source);
  checkBlock(context, source, block);
  try {
    await createRunner(context, source)(block, { context, frame: createFrame(), current: undefined });
    return done;
  } catch (error) {
    throw error instanceof RaisedException ? error.unhandled : error;
  }
};
