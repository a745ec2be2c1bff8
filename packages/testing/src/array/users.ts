import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ArrayRefusal, nameConflict, notFound, parseBody } from './answer.js';
import { checkName } from './object-name.js';
import type { WireRecord } from './query.js';
import { createUserBody, defaultEmail, describeUser, type User, updateUserBody, userFields } from './user.js';

/** Who a request says it comes from. */
export interface Credentials {
  /** The Authorization header. */
  readonly authorization?: string | undefined;
  /** The session cookie's value. */
  readonly session?: string | undefined;
  /** The X-Remote-Authorization header: who it is on the array behind a link. */
  readonly remoteAuthorization?: string | undefined;
}

/** An account as a test sets it up. */
export type SeededUser = Pick<User, 'name' | 'password' | 'role'>;

/** Accounts and sessions. Source: infinibox-api.md sections 1.2, 3.7 and 8.2. */
export interface Users {
  readonly fields: ReadonlySet<string>;
  records(): readonly WireRecord[];
  /** @throws {ArrayRefusal} 404. */
  get(id: number): WireRecord;
  add(user: SeededUser): User;
  /** `POST users`. @throws {ArrayRefusal} 400, 409 for a name that is taken or one account too many. */
  create(body: unknown): WireRecord;
  /** `PUT users/ID`. @throws {ArrayRefusal} 400, 404, 409. */
  update(id: number, body: unknown): WireRecord;
  /** `DELETE users/ID`: sessions end, pools lose their owner. @throws {ArrayRefusal} 403 for a built-in one, 404. */
  remove(id: number): WireRecord;
  /** @throws {ArrayRefusal} 401 without valid credentials. */
  authenticate(credentials: Credentials): User;
  /** @returns The description of the user and the new session. @throws {ArrayRefusal} 401. */
  login(body: unknown): { readonly result: WireRecord; readonly session: string };
  logout(session: string | undefined): void;
  expireSessions(): void;
}

/** Assumed. Source: section 8.2. */
const idleTimeoutMs = 30 * 60_000;

/** Documented. Source: section 3.7. */
const mostLocalUsers = 50;

const loginBody = z.looseObject({ username: z.string(), password: z.string() });

const parseBasic = (authorization: string | undefined): { name: string; password: string } | undefined => {
  const [, encoded] = /^Basic\s+(\S+)$/i.exec(authorization ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { name: text.slice(0, colon), password: text.slice(colon + 1) };
};

// Status documented, code assumed. Source: sections 1.2 and 1.6.
const unauthorized = () => new ArrayRefusal(401, 'UNAUTHORIZED', 'wrong or missing credentials');

export const createUsers = (options: {
  readonly now: () => number;
  readonly nextId: () => number;
  readonly admin: { readonly name: string; readonly password: string };
  readonly onLogin: (user: User) => void;
  /** Takes a user's pools from him. */
  readonly onRemoved: (id: number) => void;
}): Users => {
  const { now, nextId, admin, onLogin, onRemoved } = options;
  const byId = new Map<number, User>();
  const sessions = new Map<string, { readonly userId: number; lastUsedAt: number }>();

  const put = (user: User): User => {
    byId.set(user.id, user);
    return user;
  };
  // Documented: built-in users have negative ids. Source: section 3.7.
  put({ ...admin, id: -2, role: 'ADMIN', email: defaultEmail(admin.name), isEnabled: true });

  const get = (id: number): User => {
    const user = byId.get(id);
    if (user === undefined) throw notFound('USER', id);
    return user;
  };

  const findEnabled = (isMeant: (user: User) => boolean): User | undefined =>
    [...byId.values()].find((user) => user.isEnabled && isMeant(user));

  const findUser = (name: string, password: string) =>
    findEnabled((user) => user.name === name && user.password === password);

  const findBySession = (session: string): User | undefined => {
    const found = sessions.get(session);
    if (found === undefined || now() - found.lastUsedAt > idleTimeoutMs) return undefined;
    found.lastUsedAt = now();
    return findEnabled(({ id }) => id === found.userId);
  };

  const checkFree = (name: string): void => {
    checkName(name);
    if ([...byId.values()].some((user) => user.name === name)) throw nameConflict('USER', name);
  };

  return {
    fields: userFields,
    records: () => [...byId.values()].map(describeUser),
    get: (id) => describeUser(get(id)),
    add: (user) => put({ ...user, id: nextId(), email: defaultEmail(user.name), isEnabled: true }),
    // Documented: at most 50 local users. Assumed: the status and code of one too many. Source: section 3.7.
    create: (body) => {
      const { name, email = defaultEmail(name), enabled, ...wanted } = parseBody(createUserBody, body);
      checkFree(name);
      if (byId.size >= mostLocalUsers)
        throw new ArrayRefusal(409, 'USER_LIMIT_EXCEEDED', `there are ${mostLocalUsers} local users already`);
      return describeUser(put({ ...wanted, id: nextId(), name, email, isEnabled: enabled }));
    },
    update: (id, body) => {
      const user = get(id);
      const { roles: [onlyRole] = [], ...wanted } = parseBody(updateUserBody, body);
      const { name = user.name, password = user.password, email = user.email, enabled = user.isEnabled } = wanted;
      if (name !== user.name) checkFree(name);
      const role = wanted.role ?? onlyRole ?? user.role;
      return describeUser(put({ id, name, password, role, email, isEnabled: enabled }));
    },
    // Assumed: needs no approval, a built-in user stays. Source: section 3.7 names the call only.
    remove: (id) => {
      const user = get(id);
      if (id < 0) throw new ArrayRefusal(403, 'USER_IS_BUILT_IN', `user '${user.name}' is built in`);
      byId.delete(id);
      onRemoved(id);
      return describeUser(user);
    },
    authenticate: ({ authorization, session }) => {
      const basic = parseBasic(authorization);
      const user = basic === undefined ? findBySession(session ?? '') : findUser(basic.name, basic.password);
      if (user === undefined) throw unauthorized();
      return user;
    },
    login: (body) => {
      const { username, password } = parseBody(loginBody, body);
      const user = findUser(username, password);
      if (user === undefined) throw unauthorized();
      const session = randomUUID();
      sessions.set(session, { userId: user.id, lastUsedAt: now() });
      onLogin(user);
      return {
        result: { name: user.name, roles: [user.role], user_objects: [describeUser(user)] },
        session,
      };
    },
    logout: (session) => void sessions.delete(session ?? ''),
    expireSessions: () => sessions.clear(),
  };
};
