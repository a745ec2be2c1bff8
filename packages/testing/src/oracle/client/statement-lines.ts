/** Words that begin a statement for the server. Source: SQL*Plus User's Guide, "Entering and Executing Commands". */
const sqlWords = new Set(
  `SELECT WITH INSERT UPDATE DELETE MERGE ALTER CREATE DROP GRANT REVOKE TRUNCATE COMMIT ROLLBACK SAVEPOINT LOCK EXPLAIN
   CALL ANALYZE AUDIT NOAUDIT COMMENT RENAME PURGE FLASHBACK ADMINISTER BEGIN DECLARE`.split(/\s+/),
);

/** Does this line begin SQL or PL/SQL? */
export const startsStatement = (line: string): boolean =>
  sqlWords.has((/^\(*\s*([A-Za-z]+)/.exec(line)?.[1] ?? '').toUpperCase());

/** A block ends at a slash on its own line and nowhere else. Documented: sqlplus.md section 6 (TORT). */
export const startsBlock = (line: string): boolean =>
  /^\s*(?:BEGIN|DECLARE)\b/i.test(line) ||
  /^\s*CREATE\s+(?:OR\s+REPLACE\s+)?(?:(?:NON)?EDITIONABLE\s+)?(?:PROCEDURE|FUNCTION|PACKAGE|TRIGGER|TYPE)\b/i.test(
    line,
  );

/** What a further line does to the statement that is being entered. */
export type LineEffect = 'continues' | 'runs' | 'runs-without-line' | 'ends-without-line' | 'ends';

/** Source: sqlplus.md section 6. */
export const effectOf = (
  line: string,
  { isBlock, areBlankLinesKept }: { readonly isBlock: boolean; readonly areBlankLinesKept: boolean },
): LineEffect => {
  const trimmed = line.trim();
  if (trimmed === '/') return 'runs-without-line';
  if (trimmed === '.') return 'ends-without-line';
  if (trimmed === '' && !isBlock && !areBlankLinesKept) return 'ends-without-line';
  return !isBlock && trimmed.endsWith(';') ? 'runs' : 'continues';
};

/** A line without the terminator at its end. */
export const withoutTerminator = (line: string): string => line.replace(/;\s*$/, '');
