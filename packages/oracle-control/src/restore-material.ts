import { posix } from 'node:path';
import { type Asking, change, query } from './ask.js';
import * as changes from './changes.js';
import { OracleError } from './errors.js';
import { requireLine } from './options.js';
import { readDirectoryObjects } from './queries.js';

/** Files on the database host, by absolute paths; existing ones are overwritten. */
export interface RestoreMaterial {
  readonly controlfile: string;
  readonly trace: string;
  readonly pfile: string;
  /** Each line of at most 32767 bytes, in characters that the database's character set has. */
  readonly manifest: { readonly path: string; readonly lines: readonly string[] };
}

export interface WrittenMaterial {
  /**
   * `false` for an account with ALTER DATABASE but no administrative role, such as SYSTEM. That fails nothing, since
   * parameters can be written by hand and a control file cannot.
   */
  readonly hasPfile: boolean;
  /** Nor does this: what the manifest says, the control file says too. `undefined`: it was written. */
  readonly whyNoManifest: string | undefined;
}

/**
 * Writes control file copy, trace script, parameter file and manifest on the database host. One that fails keeps none of the
 * others from being written: a control file copy alone is still worth having.
 *
 * @throws {OracleInputError} A path or a line with a control character; nothing was sent.
 * @throws {OracleError} The first failure; its message names what was written all the same.
 */
export const writeRestoreMaterial = async (asking: Asking, material: RestoreMaterial): Promise<WrittenMaterial> => {
  const wanted = [
    { name: 'control file copy', change: changes.copyControlfile(requireLine('controlfile', material.controlfile)) },
    { name: 'trace script', change: changes.traceControlfile(requireLine('trace', material.trace)) },
    { name: 'parameter file', change: changes.writePfile(requireLine('pfile', material.pfile)) },
  ];
  const manifest = {
    path: requireLine('manifest.path', material.manifest.path),
    lines: material.manifest.lines.map((line) => requireLine('manifest.lines', line)),
  };
  const written: string[] = [];
  const failures: OracleError[] = [];
  let whyNoManifest: string | undefined;
  try {
    for (const { name, change: statement } of wanted) {
      const refusal = await refusalOf(change(asking, statement));
      if (refusal === undefined) written.push(name);
      else failures.push(refusal);
    }
    whyNoManifest = await writeManifest(asking, manifest);
  } catch (error) {
    throw withWritten(error, written);
  }
  const [first] = failures.filter(({ statement, oracleCode }) => !isPfileRefusal(statement, oracleCode));
  if (first !== undefined) throw withWritten(first, written);
  return { hasPfile: failures.length === 0, whyNoManifest };
};

/** What the database answered instead. After any other failure the session cannot go on, so that one is thrown. */
const refusalOf = async (work: Promise<unknown>): Promise<OracleError | undefined> => {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (!(error instanceof OracleError) || error.outcome === 'unknown') throw error;
    return error;
  }
};

const isPfileRefusal = (statement: string, code: string | undefined): boolean =>
  statement === 'CREATE PFILE' && code === 'ORA-01031';

/** A block of very many statements is slow to compile, and in the end refused (PLS-00123). */
const linesAtOnce = 100;

/** @returns Why it was not written, or not whole. */
const writeManifest = async (
  asking: Asking,
  { path, lines }: RestoreMaterial['manifest'],
): Promise<string | undefined> => {
  const directory = posix.dirname(path);
  const name = posix.basename(path);
  let whyNot = `no directory object leads to ${directory}, or the account has no right to it`;
  for (const object of await query(asking, readDirectoryObjects(directory))) {
    const refusal = await refusalOf(writeFile(asking, { directory: object.name, name }, lines));
    if (refusal === undefined) return undefined;
    whyNot = refusal.message;
  }
  return whyNot;
};

const writeFile = async (
  asking: Asking,
  file: { readonly directory: string; readonly name: string },
  lines: readonly string[],
): Promise<void> => {
  for (let from = 0; from < lines.length; from += linesAtOnce)
    await change(asking, changes.writeLines(file, from === 0 ? 'w' : 'a', lines.slice(from, from + linesAtOnce)));
};

/** The same failure, with a message that tells how far it went. */
const withWritten = (error: unknown, written: readonly string[]): unknown => {
  if (!(error instanceof OracleError)) return error;
  const { statement, codes, output, outcome, hint, message } = error;
  const whatRemains = written.length === 0 ? 'nothing is known to be written' : `written: ${written.join(', ')}`;
  return new OracleError(`${message}; ${whatRemains}`, { statement, codes, output, outcome, hint }, { cause: error });
};
