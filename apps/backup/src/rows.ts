import type { Finding, SetSummary } from '@orasync/core';

/** A row of `formatTable`: what it is, and its value. */
type Row = readonly [name: string, value: string];

/** What a database is known by: its name in the configuration, and its own once they are read. */
export const formatIdentity = ({
  database,
  dbid,
  uniqueName,
}: {
  readonly database: string;
  readonly dbid?: string | undefined;
  readonly uniqueName?: string | undefined;
}): string => (dbid === undefined ? database : `${database} (${uniqueName}, DBID ${dbid})`);

/** Each finding, and what to do about it. */
export const findingRows = (findings: readonly Finding[]): readonly Row[] =>
  findings.flatMap(({ level, message, hint }): readonly Row[] => [
    [level, message],
    ...(hint === undefined ? [] : [['hint', hint] as const]),
  ]);

/** What a set holds of the archived logs, a row for each thread. */
export const archivedLogRows = (
  logs: readonly { readonly thread: number; readonly firstSequence: number; readonly lastSequence: number }[],
): readonly Row[] =>
  logs.map(({ thread, firstSequence, lastSequence }) => [
    'archived logs',
    `thread ${thread}, sequence ${firstSequence} to ${lastSequence}`,
  ]);

/** How far a set is proved to be worth something; no row when that is not known. */
export const worthRows = (worth: SetSummary['worth']): readonly Row[] =>
  worth === undefined
    ? []
    : [['worth', `coverage ${worth.coverage}, logs ${worth.logs}, control file ${worth.controlfile}`]];
