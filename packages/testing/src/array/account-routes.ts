import { answered } from './answer.js';
import { answerList, answerObject } from './query.js';
import { idOf, type Table } from './route-table.js';
import type { ArrayState } from './state.js';

/** The name of the session cookie. Assumed. Source: infinibox-api.md section 8.2. */
export const sessionCookie = 'JSESSIONID';

/** Accounts and sessions. */
export const userRoutes = ({ users }: ArrayState): Table => ({
  'POST /users/login': ({ body }) => {
    const { result, session } = users.login(body);
    return { ...answered(result), headers: { 'Set-Cookie': `${sessionCookie}=${session}; Path=/; HttpOnly` } };
  },
  'POST /users/logout': ({ credentials }) => {
    users.logout(credentials?.session);
    return answered({});
  },
  'GET /users': ({ query }) => answerList(users.records(), query, users.fields),
  'POST /users': ({ body }) => answered(users.create(body), 201),
  'GET /users/:': ({ params: [id], query }) => answerObject(users.get(idOf(id)), query),
  'PUT /users/:': ({ params: [id], body }) => answered(users.update(idOf(id), body)),
  'DELETE /users/:': ({ params: [id] }) => answered(users.remove(idOf(id))),
});
