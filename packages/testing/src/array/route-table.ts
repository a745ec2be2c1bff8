import { type Answer, notFound } from './answer.js';
import type { WireRecord } from './query.js';
import type { Credentials } from './users.js';

/** A call that found its route. */
interface RoutedCall {
  /** The parts of the path that the route names, in order. */
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly credentials: Credentials | undefined;
}

/** What one method on one path does. */
export type Operation = (call: RoutedCall) => Answer;

/** Keys are method and path below `/api/rest`, `:` for a part that varies, `*` for any rest. */
export type Table = Readonly<Record<string, Operation>>;

/** The names that a fixed list can be filtered by. */
export const fieldsOf = (records: readonly WireRecord[]): ReadonlySet<string> => new Set(records.flatMap(Object.keys));

/** The id in a path. @throws {ArrayRefusal} 404 for what is no number. */
export const idOf = (text: string | undefined): number => {
  if (text === undefined || !/^-?\d+$/.test(text)) throw notFound('OBJECT', String(text));
  return Number(text);
};
