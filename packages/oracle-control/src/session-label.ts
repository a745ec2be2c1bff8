/** A text as SQL writes it. */
export const literal = (value: string) => `'${value.replaceAll("'", "''")}'`;

/** MODULE of a session of ours in V$SESSION. */
export const moduleName = 'orasync';

/** How a session claims the database: with the lock, or without. */
export type ClaimKind = 'exclusive' | 'weak';

/** MODULE of a session of ours that claims the database, so that others see that it does. */
export const claimModuleNames = {
  exclusive: 'orasync claim',
  weak: 'orasync weak claim',
} as const satisfies Readonly<Record<ClaimKind, string>>;

/**
 * The first 32 bytes of a purpose: what every release keeps of an ACTION. Cut here, so that what is looked for is what
 * was written.
 *
 * Source: PL/SQL Packages Reference, DBMS_APPLICATION_INFO.SET_MODULE (32 bytes up to 12.1, 64 later; the rest is lost).
 */
export const actionOf = (purpose: string): string => {
  let action = '';
  for (const character of purpose) {
    if (Buffer.byteLength(action + character) > 32) break;
    action += character;
  }
  return action;
};
