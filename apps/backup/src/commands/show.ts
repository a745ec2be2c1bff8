import { formatMs, formatTable, loadSettings, printDocument, runCommand } from '@orasync/app-shell';
import type { CommonFlags } from '@orasync/app-shell/program';
import { detailSet, type SetDetail } from '@orasync/core';
import { readArraySets } from '../array-sets.js';
import { programName } from '../program-name.js';
import { archivedLogRows, worthRows } from '../rows.js';

/** Prints everything that the array knows of one set. */
export const show = (name: string, flags: CommonFlags): Promise<void> =>
  runCommand(
    programName,
    () => loadSettings(flags, 'array alone'),
    async (settings) => {
      const { facts, owners, getSet } = await readArraySets(settings, flags);
      const set = getSet(name);
      const detail = detailSet(set, facts, { configured: owners.get(set), zone: settings.config.zone });
      await printDocument(flags, { sets: [detail] }, () => formatDetail(detail));
      return [0];
    },
  );

const formatDetail = (detail: SetDetail): string => {
  const { database, dbid, configured, begin, end, redo, members, expected } = detail;
  return formatTable([
    ['set', detail.set],
    ['state', `${detail.state}${detail.isPinned ? ', pinned' : ''}`],
    ['database', database === undefined ? 'unknown' : `${database}, DBID ${dbid}`],
    ['configured as', configured ?? 'not in this configuration'],
    ['created', detail.createdAt],
    [
      'members',
      `${members.data} data and ${members.archive} archive${expected === undefined ? '' : `, of ${expected.data} and ${expected.archive}`}`,
    ],
    ...(begin === undefined ? [] : [['begin', `SCN ${begin.scn} at ${begin.time}`]]),
    ...(end === undefined ? [] : [['end', `SCN ${end.scn} at ${end.time}`]]),
    ...(detail.hotWindowMs === undefined ? [] : [['in backup mode', formatMs(detail.hotWindowMs)]]),
    ...(detail.arrayAheadMs === undefined ? [] : [["array's clock", formatClock(detail.arrayAheadMs)]]),
    ...archivedLogRows(detail.archivedLogs),
    ...(redo === undefined ? [] : [['redo', `of every thread from SCN ${redo.from} up to, not including, ${redo.to}`]]),
    ...worthRows(detail.worth),
    ...detail.warnings.map((code) => ['warning', code]),
    ...detail.snapshots.flatMap((snapshot) => [
      [`${snapshot.role ?? 'a'} snapshot`, `${snapshot.name} (${snapshot.id})`],
      [
        '',
        `of ${snapshot.type} ${snapshot.parentName ?? 'not on the array'} (${snapshot.parentId}), made ${snapshot.createdAt}`,
      ],
      ['', conditionsOf(snapshot).join(', ')],
      ...snapshot.problems.map((problem) => ['problem', problem]),
    ]),
  ]);
};

const formatClock = (aheadMs: number): string => `${Math.abs(aheadMs)} ms ${aheadMs < 0 ? 'behind' : 'ahead'}`;

const conditionsOf = (snapshot: SetDetail['snapshots'][number]): readonly string[] => [
  snapshot.isWriteProtected ? 'write-protected' : 'writable',
  snapshot.lockedUntil === undefined ? 'not locked' : `locked until ${snapshot.lockedUntil}`,
  ...(snapshot.isMapped ? [snapshot.type === 'volume' ? 'mapped' : 'exported'] : []),
  ...(snapshot.hasChildren ? ['has children'] : []),
  ...(snapshot.isReplicated ? ['replicated'] : []),
  ...(snapshot.groupId === undefined ? [] : [`in snapshot group ${snapshot.groupId}`]),
  ...(snapshot.isMarked ? ['carries the marker'] : []),
];
