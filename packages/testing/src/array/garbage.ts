import { type Answer, successEnvelope } from './answer.js';

/** An answer that is not what the array would say: what a client must survive. */
export interface Garbage {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** The connection ends in the middle of the body, whose whole length was announced. */
  readonly isCutShort: boolean;
}

/** What a web server in front of the array shows while there is nothing behind it. Assumed wording. */
export const htmlPage = (status: number): Garbage => ({
  status,
  contentType: 'text/html; charset=iso-8859-1',
  body: `<!DOCTYPE HTML>\n<html><head><title>${status}</title></head><body><h1>Unavailable</h1></body></html>\n`,
  isCutShort: false,
});

/** Every number as text, every text as a number, every list as an object. */
const withWrongTypes = (value: unknown): unknown => {
  if (Array.isArray(value)) return { items: value.map(withWrongTypes) };
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withWrongTypes(inner)]));
};

/** A real answer, spoilt on its way out. */
export const brokenAnswer = (answer: Answer, how: 'malformed' | 'wrongTypes' | 'truncate'): Garbage => {
  const { status } = answer;
  const result = how === 'wrongTypes' ? withWrongTypes(answer.result) : answer.result;
  const text = JSON.stringify(successEnvelope({ ...answer, result }));
  const body = how === 'malformed' ? text.slice(0, Math.ceil(text.length / 2)) : text;
  return { status, contentType: 'application/json', body, isCutShort: how === 'truncate' };
};
