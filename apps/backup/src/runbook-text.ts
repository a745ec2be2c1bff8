import type { Runbook, RunbookStep } from '@orasync/core';

/** A runbook for people. @param url  The array's address. */
export const formatRunbook = (book: Runbook, { url }: { readonly url: string }): string => {
  const { database, archivedLogs, sources } = book;
  const lines = [
    `How to restore set ${book.set} (${book.state})`,
    database === undefined
      ? 'of an unknown database'
      : `of database ${database.name}, unique name ${database.uniqueName}, DBID ${database.dbid}`,
    '',
    ...(book.isUsable ? [] : ['WARNING: DO NOT RELY ON THIS SET.']),
    ...book.warnings.map((text) => `WARNING: ${text}`),
    ...(book.isUsable && book.warnings.length === 0 ? [] : ['']),
    'Rules',
    ...book.keep.map((text) => `- ${text}`),
    '',
    'What it is restored from',
    ...sources.map(
      ({ role, type, snapshot, parent, groupId }) =>
        `- ${role ?? 'unlabelled'}: ${snapshot.name} (${snapshot.id}) of ${type} ${parent.name ?? 'that is not on the array'} (${parent.id})${groupId === undefined ? '' : `, in snapshot group ${groupId}`}`,
    ),
    ...archivedLogs.ranges.map(
      ({ thread, firstSequence, lastSequence }) =>
        `- archived logs of thread ${thread}: sequence ${firstSequence} to ${lastSequence}, ${archivedLogs.where}`,
    ),
    ...(book.endScn === undefined
      ? []
      : [
          `- backup mode lasted from SCN ${book.beginScn} to ${book.endScn}; recover to ${book.earliestUntilChange} at least`,
        ]),
    ...(book.latestUntilChange === undefined
      ? []
      : [`- with the set's own archived logs, to ${book.latestUntilChange} at most`]),
    '',
    `The array is ${url}. Its requests are for a user who may do so: curl --user NAME -H 'Content-Type: application/json' …`,
    ...book.procedures.flatMap(({ id, title, isPossible, why, steps }) => [
      '',
      `${id}. ${title}`,
      ...(isPossible ? [] : [`   not possible from this set: ${why}`]),
      ...steps.flatMap((step, index) => [
        `${`${index + 1}`.padStart(3)}. [${step.where}] ${step.text}`,
        ...linesOf(step),
      ]),
    ]),
  ];
  return lines.join('\n');
};

const linesOf = ({ statements, array }: RunbookStep): readonly string[] =>
  [...statements, ...array.flatMap(requestsOf)].map((text) => `       ${text}`);

const collections = { volume: 'volumes', filesystem: 'filesystems' } as const;

/** Source: infinibox-api.md sections 3.8, 3.9, 4.1 and 4.6. */
const requestsOf = ({ action, type, source, target }: RunbookStep['array'][number]): readonly string[] => {
  const collection = `/api/rest/${collections[type]}`;
  const name = source.name ?? source.id;
  switch (action) {
    case 'snapshot':
      return [`POST ${collection} {"parent_id":${source.id},"name":"before_restore_${name}"}`];
    case 'restore':
      return [
        `restore ${target?.name} (${target?.id}) from ${source.name} (${source.id}):`,
        `POST ${collection}/${target?.id}/restore?approved=true {"source_id":${source.id}}`,
      ];
    case 'clone':
      return [
        `POST ${collection} {"parent_id":${source.id},"name":"restore_${name}","write_protected":false}`,
        type === 'volume'
          ? 'POST /api/rest/hosts/HOST_ID/luns {"volume_id":ID_OF_THE_CLONE}'
          : 'POST /api/rest/exports {"filesystem_id":ID_OF_THE_CLONE,"export_path":"/PATH"}',
      ];
  }
};
