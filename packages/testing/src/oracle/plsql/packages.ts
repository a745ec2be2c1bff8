import { OracleError, oracleError, UnmodelledStatementError } from '../oracle-error.js';
import { textOrNull, toNumber } from '../sql/values.js';
import { majorVersion } from '../state.js';
import type { StatementContext } from '../statement-effects.js';
import { lockPackage } from './dbms-lock.js';
import { type Package, type Subprogram, sleepFor } from './subprogram.js';
import { filePackage } from './utl-file.js';

const cut = (text: string | null, most: number): string | null =>
  text === null ? null : textOrNull(text.slice(0, most));

/** Documented: PL/SQL Packages and Types Reference; 48, 32 and 64 bytes are kept (64 of an action from 12.2, assumed not). */
const applicationInfo: Package = {
  subprograms: {
    SET_MODULE: {
      parameters: ['MODULE_NAME', 'ACTION_NAME'],
      required: 2,
      run: ({ session }, args) => {
        session.module = cut(args.text('MODULE_NAME'), 48);
        session.action = cut(args.text('ACTION_NAME'), 32);
      },
    },
    SET_ACTION: {
      parameters: ['ACTION_NAME'],
      required: 1,
      run: ({ session }, args) => {
        session.action = cut(args.text('ACTION_NAME'), 32);
      },
    },
    SET_CLIENT_INFO: {
      parameters: ['CLIENT_INFO'],
      required: 1,
      run: ({ session }, args) => {
        session.clientInfo = cut(args.text('CLIENT_INFO'), 64);
      },
    },
  },
};

const sessionPackage: Package = {
  subprograms: {
    // Before 18c DBMS_LOCK.SLEEP is the one there is.
    SLEEP: {
      since: 18,
      parameters: ['SECONDS'],
      required: 1,
      run: (context, args) => sleepFor(context, args.value('SECONDS')),
    },
    SET_IDENTIFIER: {
      parameters: ['CLIENT_ID'],
      required: 1,
      run: ({ session }, args) => {
        session.clientIdentifier = cut(args.text('CLIENT_ID'), 64);
      },
    },
    CLEAR_IDENTIFIER: {
      parameters: [],
      required: 0,
      run: ({ session }) => {
        session.clientIdentifier = null;
      },
    },
  },
};

/** Kept in the session for a client with SERVEROUTPUT ON; without ENABLE lost. Documented: DBMS_OUTPUT. */
const outputPackage: Package = {
  subprograms: {
    ENABLE: {
      parameters: ['BUFFER_SIZE'],
      required: 0,
      run: ({ session }) => {
        session.output ??= [];
      },
    },
    DISABLE: {
      parameters: [],
      required: 0,
      run: ({ session }) => {
        session.output = undefined;
      },
    },
    PUT_LINE: {
      parameters: ['A'],
      required: 1,
      run: ({ session }, args) => void session.output?.push(args.text('A') ?? ''),
    },
  },
};

/** Documented: PL/SQL Language Reference, "RAISE_APPLICATION_ERROR". */
const raiseApplicationError: Subprogram = {
  parameters: ['NUM', 'MSG', 'KEEPERRORSTACK'],
  required: 2,
  run: (_, args) => {
    if (args.truth('KEEPERRORSTACK') === true) throw new UnmodelledStatementError('RAISE_APPLICATION_ERROR(…, TRUE)');
    const code = Number(toNumber(args.value('NUM') ?? null) ?? 0n);
    if (code < -20_999 || code > -20_000) throw oracleError('ORA-21000', code);
    throw new OracleError([`ORA-${-code}: ${args.text('MSG') ?? ''}`]);
  },
};

const packages: Readonly<Record<string, Package>> = {
  DBMS_APPLICATION_INFO: applicationInfo,
  DBMS_LOCK: lockPackage,
  DBMS_OUTPUT: outputPackage,
  DBMS_SESSION: sessionPackage,
  UTL_FILE: filePackage,
  STANDARD: { subprograms: { RAISE_APPLICATION_ERROR: raiseApplicationError } },
};

const withoutSchema = (name: string): string => name.replace(/^SYS\./, '');

/** What a name means to this session: a subprogram, or why it is none. */
export type Lookup =
  | { readonly kind: 'found'; readonly name: string; readonly subprogram: Subprogram }
  | { readonly kind: 'missing'; readonly text: string };

const undeclared = (name: string): Lookup => ({
  kind: 'missing',
  text: `PLS-00201: identifier '${name}' must be declared`,
});

/** @throws {UnmodelledStatementError} on what a database has and this one does not: that is no mistake of the caller. */
export const findSubprogram = (called: string, { privileges, engine }: StatementContext): Lookup => {
  const [first = '', second] = withoutSchema(called).split('.');
  const found = second === undefined ? packages['STANDARD'] : packages[first];
  if (found === undefined) {
    if (/^(?:DBMS|UTL)_/.test(first)) throw new UnmodelledStatementError(called);
    return undeclared(called);
  }
  if (found.privilege !== undefined && !privileges.has(found.privilege)) return undeclared(first);
  const name = second ?? first;
  const subprogram = found.subprograms[name];
  if (subprogram === undefined) {
    if (second !== undefined) throw new UnmodelledStatementError(called);
    return undeclared(called);
  }
  return (subprogram.since ?? 0) > majorVersion(engine.state)
    ? { kind: 'missing', text: `PLS-00302: component '${name}' must be declared` }
    : { kind: 'found', name, subprogram };
};

/** A constant such as DBMS_LOCK.X_MODE. */
export const packageConstant = (of: string, name: string, privileges: ReadonlySet<string>): bigint | undefined => {
  const found = packages[of];
  if (found?.privilege !== undefined && !privileges.has(found.privilege)) return undefined;
  return found?.constants?.[name];
};

/** Is this function of a package, which may wait, and not of SQL? */
export const isPackageFunction = (called: string): boolean =>
  withoutSchema(called).includes('.') && /^(?:DBMS_|UTL_(?!RAW\.))/.test(withoutSchema(called));
