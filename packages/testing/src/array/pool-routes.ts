import { answered, isApproved } from './answer.js';
import { answerList, answerObject } from './query.js';
import { idOf, type Table } from './route-table.js';
import type { ArrayState } from './state.js';

// Documented: these two are deprecated, and the answer says so. Source: infinibox-api.md section 1.3.
const deprecated = { 'X-Infinidat-Deprecated-Api': 'use PUT pools/ID with owners' };

/** Pools. */
export const poolRoutes = ({ pools, users }: ArrayState): Table => ({
  'GET /pools': ({ query }) => answerList(pools.records(), query, pools.fields),
  'POST /pools': ({ body }) => answered(pools.describe(pools.create(body)), 201),
  'GET /pools/:': ({ params: [id], query }) => answerObject(pools.describe(pools.get(idOf(id))), query),
  'PUT /pools/:': ({ params: [id], body }) => answered(pools.describe(pools.update(idOf(id), body))),
  'DELETE /pools/:': ({ params: [id], query }) => {
    const record = pools.describe(pools.get(idOf(id)));
    pools.remove(idOf(id), isApproved(query));
    return answered(record);
  },
  'POST /pools/:/lock': ({ params: [id] }) => answered(pools.describe(pools.setState(idOf(id), 'LOCKED'))),
  'POST /pools/:/unlock': ({ params: [id] }) => answered(pools.describe(pools.setState(idOf(id), 'NORMAL'))),
  'POST /pools/:/owners/:': ({ params: [id, user] }) => ({
    ...answered(pools.describe(pools.setOwner(idOf(id), idOf(user), true))),
    headers: deprecated,
  }),
  'DELETE /pools/:/owners/:': ({ params: [id, user] }) => ({
    ...answered(pools.describe(pools.setOwner(idOf(id), idOf(user), false))),
    headers: deprecated,
  }),
  // Assumed: an administrator administers all, another user what he owns. Source: section 3.4 names the path only.
  'GET /pools/administered_pools': ({ query, credentials }) => {
    const user = credentials === undefined ? undefined : users.authenticate(credentials);
    const isMine = ({ owners }: { readonly owners: readonly number[] }) =>
      user === undefined || user.role === 'ADMIN' || owners.includes(user.id);
    return answerList(
      pools
        .all()
        .filter(isMine)
        .map((pool) => pools.describe(pool)),
      query,
      pools.fields,
    );
  },
  'GET /users/:/pools': ({ params: [id], query }) => {
    const userId = idOf(id);
    users.get(userId);
    const owned = pools.all().filter(({ owners }) => owners.includes(userId));
    return answerList(
      owned.map((pool) => pools.describe(pool)),
      query,
      pools.fields,
    );
  },
});
