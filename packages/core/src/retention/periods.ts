import { DateTime } from 'luxon';

/** Calendar periods, shortest first. */
export const periods = ['hour', 'day', 'week', 'month', 'year'] as const;

export type Period = (typeof periods)[number];

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/**
 * The periods that an instant lies in, each by a name of its own, such as `2026-11-24`: two instants lie in the same day
 * when it is the same.
 *
 * An hour carries its offset: in the night when the clock is put back, two o'clock comes twice, and is two hours. A week is
 * the one of ISO 8601, Monday to Sunday, and of the year that its Thursday is in: 1 January 2027 lies in `2026-W53`.
 *
 * @param zone  Of the IANA database; periods begin and end there.
 */
export const periodsOf = (instantMs: number, zone: string): Readonly<Record<Period, string>> => {
  const local = DateTime.fromMillis(instantMs, { zone });
  const year = String(local.year);
  const month = `${year}-${twoDigits(local.month)}`;
  const day = `${month}-${twoDigits(local.day)}`;
  return {
    hour: `${day} ${twoDigits(local.hour)}h ${local.toFormat('ZZ')}`,
    day,
    week: `${local.weekYear}-W${twoDigits(local.weekNumber)}`,
    month,
    year,
  };
};
