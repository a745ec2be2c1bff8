import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ArrayRefusal, notFound, parseBody } from './answer.js';
import type { WireRecord } from './query.js';

type Role = 'ADMIN' | 'POOL_ADMIN' | 'READ_ONLY';

/** Somebody with an account on the array. */
export interface User {
  readonly id: number;
  readonly name: string;
  readonly password: string;
  readonly role: Role;
}

/** Who a request says it comes from. */
export interface Credentials {
  /** The Authorization header. */
  readonly authorization?: string | undefined;
  /** The session cookie's value. */
  readonly session?: string | undefined;
}

/** Accounts and sessions. Source: infinibox-api.md sections 1.2, 3.7 and 8.2. */
export interface Users {
  readonly fields: ReadonlySet<string>;
  records(): readonly WireRecord[];
  /** @throws {ArrayRefusal} 404. */
  get(id: number): WireRecord;
  add(user: Omit<User, 'id'>): User;
  /** @throws {ArrayRefusal} 401 without valid credentials. */
  authenticate(credentials: Credentials): User;
  /** @returns The description of the user and the new session. @throws {ArrayRefusal} 401. */
  login(body: unknown): { readonly result: WireRecord; readonly session: string };
  logout(session: string | undefined): void;
  expireSessions(): void;
}

/** Assumed. Source: section 8.2. */
const idleTimeoutMs = 30 * 60_000;

const loginBody = z.looseObject({ username: z.string(), password: z.string() });

// Documented: `password` is never returned. Source: sections 1.2 and 3.7.
const describeUser = ({ id, name, role }: Pick<User, 'id' | 'name' | 'role'>): WireRecord => ({
  id,
  name,
  type: 'Local',
  role,
  roles: [role],
  email: `${name}@example.invalid`,
  enabled: true,
  password_digest_version: 3,
  is_digest_sufficient: true,
});

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
}): Users => {
  const { now, nextId, admin, onLogin } = options;
  // Documented: built-in users have negative ids. Source: section 3.7.
  const users: User[] = [{ ...admin, id: -2, role: 'ADMIN' }];
  const sessions = new Map<string, { readonly user: User; lastUsedAt: number }>();

  const findUser = (name: string, password: string) =>
    users.find((user) => user.name === name && user.password === password);

  const findBySession = (session: string): User | undefined => {
    const found = sessions.get(session);
    if (found === undefined || now() - found.lastUsedAt > idleTimeoutMs) return undefined;
    found.lastUsedAt = now();
    return found.user;
  };

  return {
    fields: new Set(Object.keys(describeUser({ id: 0, name: '', role: 'ADMIN' }))),
    records: () => users.map(describeUser),
    get: (id) => {
      const user = users.find((each) => each.id === id);
      if (user === undefined) throw notFound('USER', id);
      return describeUser(user);
    },
    add: (user) => {
      const added = { ...user, id: nextId() };
      users.push(added);
      return added;
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
      sessions.set(session, { user, lastUsedAt: now() });
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
