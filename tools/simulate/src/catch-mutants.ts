import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Mutant, mutants } from './mutants.js';

/** What became of a mutant. */
interface Verdict {
  readonly name: string;
  /** The seed that caught it, and the promises that it broke there; `undefined` when it survived. */
  readonly caught: { readonly seed: number; readonly promises: readonly string[] } | undefined;
  /** Why it proves nothing: the program failed otherwise than by a broken promise. */
  readonly trouble: string | undefined;
}

const { values } = parseArgs({
  options: {
    bundle: { type: 'string', default: fileURLToPath(new URL('../dist/main.js', import.meta.url)) },
    /** Plays up to so many seeds with each, from the first on, instead of the one that is known to catch it. */
    find: { type: 'string' },
    /** Only those with this in their name. */
    only: { type: 'string', default: '' },
  },
});

/** Blanks in a text of a mutant stand for any, so that it does not hang on how the bundler lays lines out. */
const patternOf = (text: string): RegExp =>
  new RegExp(
    text
      .trim()
      .split(/\s+/)
      .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
      .join(String.raw`\s+`),
    'g',
  );

/** @throws {Error} A text is not there exactly once: the program has changed, and the mutant has to follow. */
const apply = ({ name, changes }: Mutant, program: string): string =>
  changes.reduce((text, { from, to }) => {
    const pattern = patternOf(from);
    const times = text.match(pattern)?.length ?? 0;
    if (times !== 1) throw new Error(`mutant "${name}": this text is ${times} times in the program: ${from}`);
    return text.replace(pattern, () => to);
  }, program);

const run = (program: string, args: readonly string[]): Promise<{ status: number | null; output: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, output }));
  });

const judge = (name: string, { status, output }: { status: number | null; output: string }): Verdict => {
  const [, seed, promises] = /^seed (\d+) breaks a promise:\n([\s\S]*)$/m.exec(output) ?? [];
  if (status === 1 && seed !== undefined && promises !== undefined)
    return { name, caught: { seed: Number(seed), promises: promises.trim().split('\n') }, trouble: undefined };
  return { name, caught: undefined, trouble: status === 0 ? undefined : output.trim().slice(-500) };
};

const directory = await mkdtemp(join(tmpdir(), 'orasync-mutants-'));
const original = await readFile(values.bundle, 'utf8');

const tryOne = async (mutant: Mutant, index: number): Promise<Verdict> => {
  const program = join(directory, `mutant-${index}.mjs`);
  await writeFile(program, apply(mutant, original));
  const seeds = values.find === undefined ? ['--seed', String(mutant.seed)] : ['--seeds', values.find];
  return judge(mutant.name, await run(program, seeds));
};

const describe = ({ name, caught, trouble }: Verdict): string => {
  if (caught !== undefined) return `caught at seed ${caught.seed}: ${name}\n    ${caught.promises.join('\n    ')}`;
  return trouble === undefined ? `SURVIVED: ${name}` : `FAILED OTHERWISE: ${name}\n${trouble}`;
};

/** As many at once as there are processors to spare for it. */
const width = 2;
const chosen = mutants.filter(({ name }) => name.includes(values.only));
const todo = chosen.entries();
let missed = 0;
let tried = 0;
const work = async (): Promise<void> => {
  for (const [index, mutant] of todo) {
    const verdict = await tryOne(mutant, index);
    tried += 1;
    if (verdict.caught === undefined) missed += 1;
    console.log(describe(verdict));
  }
};
try {
  // Caught means something only where the program itself breaks nothing.
  const right = await run(
    values.bundle,
    [...new Set(chosen.map(({ seed }) => seed))].flatMap((seed) => ['--seed', `${seed}`]),
  );
  if (right.status !== 0) console.log(`The program itself fails:\n${right.output}`);
  missed = right.status === 0 ? 0 : 1;
  await Promise.all(Array.from({ length: width }, work));
} finally {
  await rm(directory, { recursive: true, force: true });
}
if (missed === 0) console.log(`${tried} of ${tried} mutants caught; the program itself keeps every promise there`);
else process.exitCode = 1;
