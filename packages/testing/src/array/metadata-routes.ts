import { answered, isApproved } from './answer.js';
import { answerList, answerObject } from './query.js';
import { idOf, type Table } from './route-table.js';
import type { ArrayState } from './state.js';

const metadataOwner = (text: string | undefined): number | 'system' => (text === 'system' ? 'system' : idOf(text));

/** Keys and values on objects. */
export const metadataRoutes = ({ metadata }: ArrayState): Table => ({
  'GET /metadata': ({ query }) => answerList(metadata.records(), query, metadata.fields),
  'GET /metadata/:': ({ params: [owner], query }) =>
    answerList(metadata.recordsOf(metadataOwner(owner)), query, metadata.fields),
  'PUT /metadata/:': ({ params: [owner], body }) => answered(metadata.write(metadataOwner(owner), body)),
  'DELETE /metadata/:': ({ params: [owner], query }) =>
    answered(metadata.remove(metadataOwner(owner), undefined, isApproved(query))),
  'GET /metadata/:/:': ({ params: [owner, key], query }) =>
    answerObject(metadata.get(metadataOwner(owner), String(key)), query),
  'DELETE /metadata/:/:': ({ params: [owner, key], query }) =>
    answered(metadata.remove(metadataOwner(owner), String(key), isApproved(query))),
});
