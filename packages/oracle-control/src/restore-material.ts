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
 * Writes control file copy, trace script and parameter file on the database host.
 *
 * @returns `hasPfile` is `false` for an account with ALTER DATABASE but no administrative role, such as SYSTEM: it may
 *   write the first two and not the third. That fails nothing, since parameters can be written by hand and a control file
 *   cannot.
 * @throws {OracleInputError} A path with a control character; nothing was sent.
 */
export const writeRestoreMaterial = async (
  asking: Asking,
  paths: RestoreMaterialPaths,
): Promise<{ readonly hasPfile: boolean }> => {
  const controlfile = changes.copyControlfile(requireLine('controlfile', paths.controlfile));
  const trace = changes.traceControlfile(requireLine('trace', paths.trace));
  const pfile = changes.writePfile(requireLine('pfile', paths.pfile));
  await change(asking, controlfile);
  await change(asking, trace);
  try {
    await change(asking, pfile);
    return { hasPfile: true };
  } catch (error) {
    if (!(error instanceof OracleError) || error.oracleCode !== 'ORA-01031') throw error;
    return { hasPfile: false };
  }
};
