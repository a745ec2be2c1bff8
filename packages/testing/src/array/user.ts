import { z } from 'zod';
import type { WireRecord } from './query.js';

/** Documented. Source: infinibox-api.md section 3.7. */
const roles = ['ADMIN', 'POOL_ADMIN', 'READ_ONLY', 'INFINIDAT', 'TECHNICIAN'] as const;

type Role = (typeof roles)[number];

/** Somebody with an account on the array. */
export interface User {
  readonly id: number;
  readonly name: string;
  readonly password: string;
  readonly role: Role;
  readonly email: string;
  /** Somebody who is not enabled cannot authenticate. */
  readonly isEnabled: boolean;
}

const lettersOf = (text: string): string => text.replaceAll(/[^a-z]/gi, '').toUpperCase();

/**
 * A role as clients spell it: `ReadOnly`, `PoolAdmin`, `READ_ONLY`. Documented: the aliases, and that upper case is returned.
 * Assumed: that neither case nor underscores matter. Source: infinibox-api.md section 3.7.
 */
const roleOfClient = z.string().transform((text, context): Role => {
  const role = roles.find((each) => lettersOf(each) === lettersOf(text));
  if (role !== undefined) return role;
  context.issues.push({ code: 'custom', input: text, message: `'${text}' is no role` });
  return z.NEVER;
});

/** `POST users`. Documented fields; assumed: which of them may be missing. Source: infinibox-api.md section 3.7. */
export const createUserBody = z.strictObject({
  name: z.string(),
  password: z.string().min(1),
  role: roleOfClient,
  email: z.string().optional(),
  enabled: z.boolean().default(true),
});

/** `PUT users/ID`. Documented fields. Assumed: `roles` names the one role. Source: infinibox-api.md section 3.7. */
export const updateUserBody = z
  .strictObject({
    name: z.string(),
    password: z.string().min(1),
    role: roleOfClient,
    roles: z.tuple([roleOfClient]),
    email: z.string(),
    enabled: z.boolean(),
  })
  .partial();

/** Assumed: what an account has for an address when none was given. */
export const defaultEmail = (name: string): string => `${name}@example.invalid`;

/** Documented: `password` is never returned. Source: infinibox-api.md sections 1.2 and 3.7. */
export const describeUser = ({ id, name, role, email, isEnabled }: Omit<User, 'password'>): WireRecord => ({
  id,
  name,
  type: 'Local',
  role,
  roles: [role],
  email,
  enabled: isEnabled,
  password_digest_version: 3,
  is_digest_sufficient: true,
});

/** The field names of a user. */
export const userFields: ReadonlySet<string> = new Set(
  Object.keys(describeUser({ id: 0, name: '', role: 'ADMIN', email: '', isEnabled: true })),
);
