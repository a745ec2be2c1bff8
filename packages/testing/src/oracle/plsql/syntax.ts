import type { Condition, Expression, Select } from '../sql/syntax.js';

/** The type of a variable, as far as it changes what the variable can hold. */
export interface VariableType {
  readonly kind: 'number' | 'text' | 'date' | 'timestamp' | 'boolean';
  /** INTEGER and PLS_INTEGER round what they are given. */
  readonly isWhole?: boolean;
  /** Bytes of a VARCHAR2. */
  readonly mostBytes?: number;
}

/** What stands on the right of an assignment, or as an argument. */
export type Operand =
  | { readonly kind: 'value'; readonly expression: Expression }
  | { readonly kind: 'truth'; readonly condition: Condition };

export interface Argument {
  /** Given as `name => value`. */
  readonly name: string | undefined;
  readonly operand: Operand;
}

/** A piece of a block with the place where it begins, for the errors that name it. */
interface Placed {
  readonly offset: number;
}

export type Declaration = Placed & { readonly name: string } & (
    | {
        readonly kind: 'variable';
        readonly type: VariableType;
        readonly isConstant: boolean;
        readonly initial: Operand | undefined;
      }
    | { readonly kind: 'exception' }
    /** PRAGMA EXCEPTION_INIT. */
    | { readonly kind: 'exception-code'; readonly code: number }
  );

export interface Handler {
  readonly names: readonly { readonly name: string; readonly offset: number }[];
  readonly body: readonly Statement[];
}

export interface Block {
  readonly declarations: readonly Declaration[];
  readonly body: readonly Statement[];
  readonly handlers: readonly Handler[];
}

export type Statement = Placed &
  (
    | { readonly kind: 'null' }
    | { readonly kind: 'return' }
    | { readonly kind: 'block'; readonly block: Block }
    | { readonly kind: 'assign'; readonly target: string; readonly operand: Operand }
    | {
        readonly kind: 'if';
        readonly branches: readonly { readonly when: Condition; readonly body: readonly Statement[] }[];
        readonly otherwise: readonly Statement[];
      }
    | { readonly kind: 'loop'; readonly body: readonly Statement[] }
    | { readonly kind: 'while'; readonly when: Condition; readonly body: readonly Statement[] }
    | {
        readonly kind: 'for-range';
        readonly name: string;
        readonly low: Expression;
        readonly high: Expression;
        readonly isReverse: boolean;
        readonly body: readonly Statement[];
      }
    | { readonly kind: 'for-rows'; readonly name: string; readonly select: Select; readonly body: readonly Statement[] }
    | { readonly kind: 'exit' | 'continue'; readonly when: Condition | undefined }
    | { readonly kind: 'select'; readonly select: Select; readonly into: readonly string[] }
    /** A statement of SQL without rows: COMMIT, ROLLBACK. */
    | { readonly kind: 'sql'; readonly sql: string }
    | { readonly kind: 'execute'; readonly text: Expression; readonly into: readonly string[] }
    | { readonly kind: 'raise'; readonly name: string | undefined }
    | { readonly kind: 'call'; readonly name: string; readonly args: readonly Argument[] }
  );
