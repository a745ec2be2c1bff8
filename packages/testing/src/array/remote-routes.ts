import { type Answer, ArrayRefusal } from './answer.js';
import { idOf, type Operation, type Table } from './route-table.js';
import type { ArrayState } from './state.js';

// Documented: one account, or from 8.4 on several with the serial of their array each. Assumed: any will do, as nobody is
// there to check it. Source: infinibox-api.md section 1.2.
const remoteAuthorization = /^Basic\s+\S/i;

/**
 * Calls for the array behind a link. Documented: 403 `REMOTE_PERMISSION_REQUIRED` until the caller says who he is over there.
 * Assumed: with that said, 404 and `is_remote`, as the array over there is not simulated and has nothing.
 *
 * Source: infinibox-api.md sections 1.2 and 3.10.
 */
export const remoteRoutes = ({ replication }: ArrayState): Table => {
  const proxy: Operation = ({ params: [link, path], credentials }): Answer => {
    replication.getLink(idOf(link));
    if (!remoteAuthorization.test(credentials?.remoteAuthorization ?? ''))
      throw new ArrayRefusal(403, 'REMOTE_PERMISSION_REQUIRED', `link ${link} needs credentials of the remote array`);
    throw new ArrayRefusal(404, 'PATH_NOT_FOUND', `nothing at '${path}' behind link ${link}`, true);
  };
  return Object.fromEntries(
    ['GET', 'POST', 'PUT', 'DELETE'].map((method) => [`${method} /remote/:/api/rest/*`, proxy]),
  );
};
