import { type Asking, change } from './ask.js';
import * as changes from './changes.js';
import { OracleError } from './errors.js';
import { requireLine } from './options.js';

/** Files on the database host; existing ones are overwritten. */
export interface RestoreMaterialPaths {
  readonly controlfile: string;
  readonly trace: string;
  readonly pfile: string;
}

/**
 * Writes control file copy, trace script and parameter file on the database host. One that fails keeps none of the others
 * from being written: a control file copy alone is still worth having.
 *
 * @returns `hasPfile` is `false` for an account with ALTER DATABASE but no administrative role, such as SYSTEM: it may
 *   write the first two and not the third. That fails nothing, since parameters can be written by hand and a control file
 *   cannot.
 * @throws {OracleInputError} A path with a control character; nothing was sent.
 * @throws {OracleError} The first failure; its message names what was written all the same.
 */
export const writeRestoreMaterial = async (
  asking: Asking,
  paths: RestoreMaterialPaths,
): Promise<{ readonly hasPfile: boolean }> => {
  const wanted = [
    { name: 'control file copy', change: changes.copyControlfile(requireLine('controlfile', paths.controlfile)) },
    { name: 'trace script', change: changes.traceControlfile(requireLine('trace', paths.trace)) },
    { name: 'parameter file', change: changes.writePfile(requireLine('pfile', paths.pfile)) },
  ];
  const written: string[] = [];
  const failures: OracleError[] = [];
  for (const { name, change: statement } of wanted) {
    try {
      await change(asking, statement);
      written.push(name);
    } catch (error) {
      // Anything but an answer of the database means that this session cannot go on.
      if (!(error instanceof OracleError) || error.outcome === 'unknown') throw withWritten(error, written);
      failures.push(error);
    }
  }
  const [first] = failures.filter(({ statement, oracleCode }) => !isPfileRefusal(statement, oracleCode));
  if (first !== undefined) throw withWritten(first, written);
  return { hasPfile: failures.length === 0 };
};

const isPfileRefusal = (statement: string, code: string | undefined): boolean =>
  statement === 'CREATE PFILE' && code === 'ORA-01031';

/** The same failure, with a message that tells how far it went. */
const withWritten = (error: unknown, written: readonly string[]): unknown => {
  if (!(error instanceof OracleError)) return error;
  const { statement, codes, output, outcome, hint, message } = error;
  const whatRemains = written.length === 0 ? 'nothing is known to be written' : `written: ${written.join(', ')}`;
  return new OracleError(`${message}; ${whatRemains}`, { statement, codes, output, outcome, hint }, { cause: error });
};
