import { badRequest } from './answer.js';

/** Whether the value of one field satisfies a filter. */
export type Predicate = (value: unknown) => boolean;

const splitOperator = /^(eq|ne|gt|ge|lt|le|like|in|notin|between|is|isnot|allof|anyof|noneof):(.*)$/s;

const parseNumber = (text: string): number => {
  const number = Number(text);
  if (text.trim() === '' || Number.isNaN(number)) throw badRequest(`'${text}' is not a number`);
  return number;
};

// The SDK writes Python's capitalised booleans. Source: infinibox-api.md section 2.1.
const parseBoolean = (text: string): boolean => {
  const lower = text.toLowerCase();
  if (lower !== 'true' && lower !== 'false') throw badRequest(`'${text}' is not a boolean`);
  return lower === 'true';
};

const isEqual = (value: unknown, text: string): boolean => {
  if (value === null) return text === 'null';
  if (typeof value === 'string') return value === text;
  if (text === 'null') return false;
  if (typeof value === 'number') return value === parseNumber(text);
  return typeof value === 'boolean' && value === parseBoolean(text);
};

/** Negative, zero or positive; `undefined` where there is no order, so that every comparison is false. */
const compare = (value: unknown, text: string): number | undefined => {
  if (typeof value === 'number') return value - parseNumber(text);
  if (typeof value !== 'string') return undefined;
  return value < text ? -1 : value > text ? 1 : 0;
};

const ordered =
  (text: string, holds: (order: number) => boolean): Predicate =>
  (value) => {
    const order = compare(value, text);
    return order !== undefined && holds(order);
  };

const parseList = (text: string): readonly string[] => {
  const inner = text.startsWith('(') && text.endsWith(')') ? text.slice(1, -1) : text;
  return inner === '' ? [] : inner.split(',');
};

const isIn =
  (list: readonly string[]): Predicate =>
  (value) =>
    list.some((text) => isEqual(value, text));

const parseBetween = (text: string): Predicate => {
  const [low, high, ...rest] = parseList(text);
  if (low === undefined || high === undefined || rest.length > 0)
    throw badRequest(`between takes two values: '${text}'`);
  const isAbove = ordered(low, (order) => order >= 0);
  const isBelow = ordered(high, (order) => order <= 0);
  return (value) => isAbove(value) && isBelow(value);
};

const parseNull = (text: string): Predicate => {
  if (text !== 'null') throw badRequest(`is and isnot take null, not '${text}'`);
  return (value) => value === null;
};

const members = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const not =
  (predicate: Predicate): Predicate =>
  (value) =>
    !predicate(value);

/**
 * Parses `op:value`, or a bare value, which means equality. Operators and forms are documented; that `like` is a
 * substring whatever its case is assumed. Source: infinibox-api.md sections 2.1 and 8.2.
 *
 * @throws {ArrayRefusal} 400, here or when the predicate meets a value that the text cannot be compared with.
 */
export const parseFilter = (text: string): Predicate => {
  const [, operator = 'eq', operand = text] = splitOperator.exec(text) ?? [];
  switch (operator) {
    case 'ne':
      return (value) => !isEqual(value, operand);
    case 'gt':
      return ordered(operand, (order) => order > 0);
    case 'ge':
      return ordered(operand, (order) => order >= 0);
    case 'lt':
      return ordered(operand, (order) => order < 0);
    case 'le':
      return ordered(operand, (order) => order <= 0);
    case 'like':
      return (value) => typeof value === 'string' && value.toLowerCase().includes(operand.toLowerCase());
    case 'in':
      return isIn(parseList(operand));
    case 'notin':
      return not(isIn(parseList(operand)));
    case 'between':
      return parseBetween(operand);
    case 'is':
      return parseNull(operand);
    case 'isnot':
      return not(parseNull(operand));
    case 'allof':
      return (value) => parseList(operand).every((text) => members(value).includes(text));
    case 'anyof':
      return (value) => parseList(operand).some((text) => members(value).includes(text));
    case 'noneof':
      return (value) => !parseList(operand).some((text) => members(value).includes(text));
    default:
      return (value) => isEqual(value, operand);
  }
};
