import { errorLine, type OracleCode, OracleError, UnmodelledStatementError } from '../oracle-error.js';
import { maySeeDirectory, mayWriteTo } from '../privileges.js';
import { toNumber, type Value } from '../sql/values.js';
import type { StatementContext } from '../statement-effects.js';
import type { CallArguments, Package } from './subprogram.js';

/** The line of the package in the stack is one that was observed: it differs from release to release. */
const fileError = (code: OracleCode, ...values: readonly string[]): OracleError =>
  new OracleError([errorLine(code, ...values), 'ORA-06512: at "SYS.UTL_FILE", line 536']);

const openFile = ({ engine: { state }, session, privileges }: StatementContext, args: CallArguments): bigint => {
  const location = args.text('LOCATION');
  const mode = args.text('OPEN_MODE')?.toLowerCase();
  if (mode !== 'w' && mode !== 'a') throw new UnmodelledStatementError(`UTL_FILE.FOPEN to read, or in mode ${mode}`);
  // The name is case-sensitive. Without any right to it a directory is as good as not there.
  const directory = state.directoryObjects.find(({ name }) => name === location);
  if (directory === undefined || !maySeeDirectory(privileges, session.user, directory.name))
    throw fileError('ORA-29280');
  if (!mayWriteTo(privileges, session.user, directory.name)) throw fileError('ORA-29289');
  const path = `${directory.path.replace(/\/$/, '')}/${args.text('FILENAME')}`;
  const before = mode === 'a' ? state.disk.read(path) : undefined;
  const text = typeof before === 'string' ? before : '';
  try {
    state.disk.write(path, text);
  } catch {
    throw fileError('ORA-29283', ': cannot open file [29434]');
  }
  let handle = 1n;
  while (session.openFiles.has(handle)) handle += 1n;
  session.openFiles.set(handle, { path, longestLine: wholeOr(args.value('MAX_LINESIZE'), 1024), text });
  return handle;
};

const wholeOr = (value: Value | undefined, otherwise: number): number =>
  value === undefined ? otherwise : Number(toNumber(value) ?? 0n);

const openAt = ({ session }: StatementContext, args: CallArguments) => {
  const handle = toNumber(args.value('FILE') ?? null);
  const file = typeof handle === 'bigint' ? session.openFiles.get(handle) : undefined;
  if (file === undefined) throw fileError('ORA-29282');
  return file;
};

/**
 * Text files on the database host. What was put in lies in a buffer until the file is closed.
 *
 * Documented: PL/SQL Packages and Types Reference, UTL_FILE; it is granted to PUBLIC. A handle is a record there and a
 * number here (assumed that nobody looks into it).
 */
export const filePackage: Package = {
  subprograms: {
    FOPEN: {
      isFunction: true,
      parameters: ['LOCATION', 'FILENAME', 'OPEN_MODE', 'MAX_LINESIZE'],
      required: 3,
      run: openFile,
    },
    PUT_LINE: {
      parameters: ['FILE', 'BUFFER', 'AUTOFLUSH'],
      required: 2,
      run: (context, args) => {
        const file = openAt(context, args);
        const line = args.text('BUFFER') ?? '';
        if (Buffer.byteLength(line) > file.longestLine) throw fileError('ORA-29285');
        file.text += `${line}\n`;
      },
    },
    FCLOSE: {
      parameters: ['FILE'],
      required: 1,
      out: ['FILE'],
      run: (context, args) => {
        const { path, text } = openAt(context, args);
        context.engine.state.disk.write(path, text);
        context.session.openFiles.delete(toNumber(args.value('FILE') ?? null) as bigint);
        args.assign('FILE', null);
      },
    },
  },
};
