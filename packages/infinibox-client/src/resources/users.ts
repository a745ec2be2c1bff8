import { z } from 'zod';
import { type Attempts, type Call, type CallOptions, named } from '../call.js';
import { createReadCalls, type ReadCalls } from '../collection.js';
import type { Transport } from '../request.js';
import { decode } from '../wire.js';

/** Source: infinibox-api.md section 3.7. */
const userSchema = z.looseObject({
  /** Negative for built-in users. */
  id: z.int(),
  name: z.string(),
  /** `ADMIN`, `POOL_ADMIN`, `READ_ONLY`, `INFINIDAT` or `TECHNICIAN`. */
  role: z.string(),
  roles: z.array(z.string()).nullish(),
  type: z.string().nullish(),
  email: z.string().nullish(),
  enabled: z.boolean().nullish(),
});

/**
 * An account, in the array's own spelling; fields that are not listed pass as they are.
 *
 * @useDeclaredType
 */
export type User = z.output<typeof userSchema>;

/** The fields that users are looked for by. Source: infinibox-api.md section 3.7. */
export interface UserFields {
  readonly id: number;
  readonly name: string;
  readonly role: string;
}

/** `/users`: accounts, and the session of this client. */
export interface UserCalls extends ReadCalls<User, UserFields> {
  /** The account that this client uses, with its role; `undefined` when the array does not list it. */
  own(options?: CallOptions): Promise<User | undefined>;
  /**
   * Begins a session now instead of with the first call: to learn whether the credentials are right.
   *
   * @throws {InfiniboxInputError} The client works without sessions, see `authentication`.
   */
  login(options?: CallOptions): Promise<void>;
  /** Ends the session, if there is one; the next call begins another. */
  logout(options?: CallOptions): Promise<void>;
}

/** A login changes nothing that anybody would miss. Source: infinibox-api.md section 1.2. */
const sessionCall = (action: 'login' | 'logout') => ({
  ...named({ method: 'POST', path: `users/${action}` }),
  isHarmless: true,
});

export const createUsers = (
  call: Call,
  { transport, attempts, username }: { transport: Transport; attempts: Attempts; username: string },
): UserCalls => {
  const reads = createReadCalls<User, UserFields>({ call, path: 'users', schema: userSchema });
  return {
    ...reads,
    own: (options) => reads.find({ name: username }, options),
    login: async ({ signal } = {}) => {
      const { result } = await attempts(sessionCall('login'), signal, (attempt, cancelled) =>
        transport.login({ attempt }, cancelled),
      );
      // No client is known to read anything out of it. Source: infinibox-api.md section 1.2.
      decode(sessionCall('login'), z.unknown(), result);
    },
    logout: ({ signal } = {}) =>
      attempts(sessionCall('logout'), signal, (attempt, cancelled) => transport.logout({ attempt }, cancelled)),
  };
};
