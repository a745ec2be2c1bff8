/** The syntax tree of a SELECT. Offsets point into the statement, for the star below an error. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: string | bigint | number | null }
  | { readonly kind: 'column'; readonly table?: string; readonly name: string; readonly offset: number }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly args: readonly Expression[];
      readonly isDistinct: boolean;
      readonly isStar: boolean;
      /** Of each argument, when one is given as `name => value`: in PL/SQL. */
      readonly argumentNames?: readonly (string | undefined)[];
      readonly offset: number;
    }
  | {
      readonly kind: 'binary';
      readonly operator: '+' | '-' | '*' | '/' | '||';
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'negative'; readonly operand: Expression }
  | {
      readonly kind: 'case';
      readonly branches: readonly { readonly when: Condition; readonly result: Expression }[];
      readonly otherwise: Expression;
    }
  | { readonly kind: 'at-time-zone'; readonly operand: Expression; readonly zone: string }
  | { readonly kind: 'subquery'; readonly select: Select };

export type Comparison = '=' | '<>' | '<' | '>' | '<=' | '>=';

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly operand: Condition }
  | { readonly kind: 'compare'; readonly operator: Comparison; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'like'; readonly operand: Expression; readonly pattern: Expression; readonly escape?: Expression }
  | { readonly kind: 'in'; readonly operand: Expression; readonly values: readonly Expression[] | Select }
  | { readonly kind: 'between'; readonly operand: Expression; readonly low: Expression; readonly high: Expression }
  | { readonly kind: 'is-null'; readonly operand: Expression }
  /** A BOOLEAN that stands alone: in PL/SQL. */
  | { readonly kind: 'is-true'; readonly name: string; readonly offset: number }
  | { readonly kind: 'exists'; readonly select: Select };

export interface SelectItem {
  /** Absent for `*` and `alias.*`. */
  readonly expression?: Expression;
  readonly starOf?: string;
  /** The alias, or the text of the expression in capitals without blanks. */
  readonly heading: string;
  readonly offset: number;
}

export interface TableReference {
  /** A view, or a query in parentheses. */
  readonly source: string | Select;
  readonly alias: string;
  readonly join: 'cross' | 'inner' | 'left';
  readonly on?: Condition;
  readonly offset: number;
}

export interface OrderItem {
  readonly expression: Expression;
  readonly isDescending: boolean;
  readonly nulls?: 'FIRST' | 'LAST';
}

export interface Select {
  readonly isDistinct: boolean;
  readonly items: readonly SelectItem[];
  /** Variables that take the values of the one row: in PL/SQL. */
  readonly into?: readonly string[];
  readonly from: readonly TableReference[];
  readonly where?: Condition;
  readonly groupBy: readonly Expression[];
  readonly having?: Condition;
  /** Further queries whose rows follow, in order. */
  readonly unions: readonly { readonly isAll: boolean; readonly select: Select }[];
  readonly orderBy: readonly OrderItem[];
  readonly fetchFirst?: number;
}
