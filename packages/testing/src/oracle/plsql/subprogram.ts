import { delay } from '../../clock.js';
import { type Truth, toNumber, type Value } from '../sql/values.js';
import type { StatementContext } from '../statement-effects.js';

/** What a subprogram is called with. An argument that is not given is `undefined`. */
export interface CallArguments {
  value(name: string): Value | undefined;
  /** The same as a text. */
  text(name: string): string | null;
  truth(name: string): Truth | undefined;
  /** Assigns to the variable that stands there. */
  assign(name: string, value: Value): void;
}

export interface Subprogram {
  readonly parameters: readonly string[];
  /** How many of them have no default. */
  readonly required: number;
  /** The first release that has it. */
  readonly since?: number;
  readonly isFunction?: boolean;
  /** Parameters that have to be variables. */
  readonly out?: readonly string[];
  run(context: StatementContext, args: CallArguments): Value | undefined | Promise<Value | undefined>;
}

export interface Package {
  readonly constants?: Readonly<Record<string, bigint>>;
  /** Without it the package is not there. */
  readonly privilege?: string;
  readonly subprograms: Readonly<Record<string, Subprogram>>;
}

/** Waits by the world's clock; a killed session hears of it afterwards. */
export const sleepFor = async (
  { engine, session }: StatementContext,
  seconds: Value | undefined,
): Promise<undefined> => {
  session.event = 'PL/SQL lock timer';
  await delay(engine.state.clock, Number(toNumber(seconds ?? null) ?? 0n) * 1000);
  session.event = undefined;
};
