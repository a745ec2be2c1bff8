import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach } from 'vitest';
import { createOracleControl, type OracleControl, type OracleControlOptions } from './oracle-control.js';

/** Obviously no real one. */
export const fakePassword = 'Fake-pw1&x';

const homes: string[] = [];
afterEach(async () => {
  for (const home of homes.splice(0)) await rm(home, { recursive: true });
});

/**
 * A program in the place of sqlplus, in POSIX shell: reads commands, prints end markers, takes the label of the session,
 * and does what each of `cases` says for the line that it names, in place of that or besides.
 */
export const sqlplus = (cases: string): string => `
while IFS= read -r line; do
  case "$line" in
    ${cases}
    'PROMPT '*) echo "\${line#PROMPT }" ;;
    /) printf '\\nPL/SQL procedure successfully completed.\\n\\n' ;;
  esac
done`;

/** An ORACLE_HOME whose `bin/sqlplus` is a shell script, in which `$HERE` is that directory. */
export const createHome = async (script: string, files: Readonly<Record<string, string>> = {}): Promise<string> => {
  const home = await mkdtemp(join(tmpdir(), 'orasync-home-'));
  homes.push(home);
  await mkdir(join(home, 'bin'));
  for (const [name, content] of Object.entries(files)) await writeFile(join(home, name), content);
  await writeFile(join(home, 'bin/sqlplus'), `#!/bin/sh\nHERE='${home}'\n${script}\n`);
  await chmod(join(home, 'bin/sqlplus'), 0o755);
  return home;
};

/** A control of that home, whose limits are short. */
export const controlOf = (home: string, options: Partial<OracleControlOptions> = {}): OracleControl =>
  createOracleControl({
    oracleHome: home,
    logon: { kind: 'password', user: 'system', password: fakePassword, connectIdentifier: 'ORCL' },
    ...options,
    limits: { exitMs: 300, killGraceMs: 200, ...options.limits },
  });

const environmentOf = (id: string): string => {
  try {
    return readFileSync(`/proc/${id}/environ`, 'utf8');
  } catch {
    return '';
  }
};

/** What still runs below this ORACLE_HOME: sqlplus and all that it started, since they have its environment. */
export const processesOf = (home: string): readonly string[] =>
  readdirSync('/proc').filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(`ORACLE_HOME=${home}\0`));

/** What a call came to: its answer, or the error that it was rejected with. */
export const outcomeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (answered) => ({ isAnswered: true, answered }),
    (error: unknown) => error,
  );

const plain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

/** Everything that a log, a debugger or a report may make of an error. */
export const allOf = (error: unknown): string =>
  [inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error, plain), String(error)].join('\n');
