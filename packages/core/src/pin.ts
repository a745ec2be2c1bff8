import { z } from 'zod';

/** A value may not be longer, in bytes of UTF-8: that of a label. Source: infinibox-api.md section 5, "values ≤ 1 KiB". */
const pinLimitBytes = 1024;

/** Longer ones are refused before they are written: with everything else a pin must fit its limit. */
const reasonLimit = 200;
const personLimit = 100;

const time = z.iso.datetime({ offset: true });

/** The value of `orasync.pin`. Unknown keys pass: later versions only add. Source: docs/catalogue.md. */
const pinValue = z.object({
  v: z.literal(1),
  by: z.string(),
  reason: z.string(),
  until: time.optional(),
  at: time,
});

/** Why a set is not to be removed, and until when. */
export interface Pin {
  /** Who pinned it; `undefined` where the value on the array is not one of this version. */
  readonly by: string | undefined;
  readonly reason: string | undefined;
  /** From then on it no longer keeps the set; `undefined`: until it is unpinned. */
  readonly until: Date | undefined;
  readonly at: Date | undefined;
}

const printable = (what: string, limit: number) =>
  z
    .string()
    .trim()
    .min(1, `${what} is empty`)
    .max(limit, `${what} is longer than ${limit} characters`)
    .refine(
      (text) => !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(text),
      `${what} holds what cannot be printed on one line`,
    );

/** What may be asked for. Its text is printed by every plan and read by everybody who can read the array: no secret belongs there. */
export const pinRequest = z.object({
  by: printable('who pins', personLimit),
  reason: printable('the reason', reasonLimit),
  until: z.date().optional(),
});

export type PinRequest = z.output<typeof pinRequest>;

/** @throws {RangeError} The text is longer than the array is known to take. */
export const formatPin = ({ by, reason, until }: PinRequest, at: Date): string => {
  const ends = until === undefined ? {} : { until: until.toISOString() };
  const text = JSON.stringify({ v: 1, by, reason, ...ends, at: at.toISOString() });
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > pinLimitBytes) throw new RangeError(`a pin of ${bytes} bytes is too long: say it in fewer words`);
  return text;
};

/** A value that is not understood pins all the same, and without an end: somebody wrote it to keep the set. */
export const parsePin = (text: string): Pin => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined; // not our JSON
  }
  const parsed = pinValue.safeParse(value);
  if (!parsed.success) return { by: undefined, reason: undefined, until: undefined, at: undefined };
  const { by, reason, until, at } = parsed.data;
  return { by, reason, until: until === undefined ? undefined : new Date(until), at: new Date(at) };
};

/** Whether a pin keeps its set at this instant. */
export const isInForce = ({ until }: Pin, now: Date): boolean => until === undefined || until.getTime() > now.getTime();

/** Of several pins on one set, the one that keeps it longest. */
export const strongestPin = (pins: readonly Pin[]): Pin | undefined => {
  const endOf = ({ until }: Pin) => until?.getTime() ?? Number.POSITIVE_INFINITY;
  return pins.reduce<Pin | undefined>(
    (best, pin) => (best === undefined || endOf(pin) > endOf(best) ? pin : best),
    undefined,
  );
};
