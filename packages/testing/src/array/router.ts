import type { Operation } from './route-table.js';
import { arrayRoutes } from './routes.js';
import type { ArrayState } from './state.js';

/** A route, and who may call it. */
export interface Route {
  /** Answered without credentials. Documented per route. Source: infinibox-api.md section 1.2. */
  readonly isOpen: boolean;
  /** A user with a read-only role may call it. */
  readonly isReadOnly: boolean;
  /** Only an administrator may call it. Assumed. */
  readonly isForAdministrators: boolean;
  readonly run: Operation;
}

const openRoutes = new Set(['GET /_features', 'POST /users/login', 'GET /hosts/host_id_by_initiator_address/:']);

const sessionRoutes = new Set(['POST /users/login', 'POST /users/logout']);

const compile = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '(.+)').replaceAll(':', '([^/]+)')}$`);

/** The route for a method and a path below `/api/rest`, with the parts of the path that vary. */
export type Router = (
  method: string,
  path: string,
) => { readonly route: Route; readonly params: readonly string[] } | undefined;

/** A path in plain words wins over one with a part that varies. */
export const createRouter = (state: ArrayState): Router => {
  const routes = Object.entries(arrayRoutes(state))
    .map(([key, run]) => {
      const route: Route = {
        isOpen: openRoutes.has(key),
        isReadOnly: key.startsWith('GET ') || sessionRoutes.has(key),
        isForAdministrators: /^(?:POST|PUT|DELETE) \/users/.test(key) && !sessionRoutes.has(key),
        run,
      };
      return { key, pattern: compile(key), route };
    })
    .toSorted((a, b) => a.key.split(/[:*]/).length - b.key.split(/[:*]/).length);
  return (method, path) => {
    for (const { pattern, route } of routes) {
      const match = pattern.exec(`${method} ${path}`);
      if (match !== null) return { route, params: match.slice(1).map((part) => decodeURIComponent(part)) };
    }
    return undefined;
  };
};
