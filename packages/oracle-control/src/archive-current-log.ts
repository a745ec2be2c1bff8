import { type Asking, changeCommand, confirm, decodeRows, queryAll, queryCommand, requireOne } from './ask.js';
import { archiveCurrentLog as wanted } from './changes.js';
import { select } from './query.js';
import { bigInteger, integer, text } from './row.js';

/** How far the redo of one enabled thread has been archived. */
export interface ArchivedThread {
  readonly thread: number;
  /** Of the newest archived log; `undefined` when there is none that reaches past `scn`. */
  readonly sequence: number | undefined;
  /** The newest archived log holds the redo up to, not including, here. */
  readonly nextScn: bigint | undefined;
  /**
   * The thread was archived past `scn`, or is closed and so has no redo from then. Otherwise nothing is lost yet: a row may
   * come late, so look again (`readArchivedLogs`) before it counts as missing.
   */
  readonly isProved: boolean;
}

/** What V$ARCHIVED_LOG showed right after ARCHIVE LOG CURRENT. */
export interface ArchiveProof {
  /** CURRENT_SCN just before. */
  readonly scn: bigint;
  /** Every enabled thread. */
  readonly threads: readonly ArchivedThread[];
}

const readPosition = select({
  from: 'v$database',
  columns: { scn: bigInteger('NULLIF(current_scn,0)'), resetlogsScn: bigInteger('resetlogs_change#') },
});

const readThreads = select({
  from: 'v$thread',
  columns: { number: integer('thread#'), status: text('status') },
  where: `enabled <> 'DISABLED'`,
  orderBy: 'thread#',
});

/** Logs of an earlier incarnation may reach beyond the SCNs of this one, so they do not count. */
const readNewest = (resetlogsScn: bigint, scn: bigint) =>
  select({
    from: 'v$archived_log',
    columns: {
      thread: integer('thread#'),
      sequence: integer('MAX(sequence#)'),
      nextScn: bigInteger('MAX(next_change#)'),
    },
    where: `archived = 'YES' AND standby_dest = 'NO' AND resetlogs_change# = ${resetlogsScn} AND next_change# > ${scn}`,
    groupBy: 'thread#',
    orderBy: 'thread#',
  });

/**
 * ALTER SYSTEM ARCHIVE LOG CURRENT, and what proves it: per thread, that redo up to the SCN before the call is archived.
 *
 * @throws {OracleError} Not confirmed, or what proves it could not be read.
 */
export const archiveCurrentLog = async (asking: Asking): Promise<ArchiveProof> => {
  const [position = [], answer = []] = await asking.session.send([
    queryCommand(asking, readPosition),
    changeCommand(asking, wanted),
  ]);
  confirm(asking, wanted, answer);
  const { scn, resetlogsScn } = requireOne(readPosition, decodeRows(asking, readPosition, position));
  const [threads, newest] = await queryAll(asking, [readThreads, readNewest(resetlogsScn, scn)]);
  return {
    scn,
    threads: threads.map(({ number, status }) => {
      const log = newest.find(({ thread }) => thread === number);
      const isProved = log !== undefined || status === 'CLOSED';
      return { thread: number, sequence: log?.sequence, nextScn: log?.nextScn, isProved };
    }),
  };
};
