// Runs each `console` block of the documentation against the doubles and compares its output.
//
//   node scripts/docs.mjs [--update] [FILE …]
//
// A line that begins with "$ " is a command; what follows up to the next one is its output, stdout and stderr together.
// A line "…" stands for any number of lines. Blocks of one document share a folder, a shell and a testbed with a history
// of 20 days and one mounted volume that is no target. What differs from run to run is masked on both sides by the
// patterns below. --update writes what came out into the documents.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listFiles, repository } from './files.mjs';
import { withTestbed } from './testbed.mjs';

/** The one list of what is masked, in this order. */
const masks = [
  [/\d{8}T\d{6}Z-\w+-[0-9a-f]{6}/g, '<set>'],
  [/\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)/g, '<time>'],
  [/\d{4}-\d\d-\d\d_\d{6}/g, '<datestring>'],
  [/\d+(\.\d+)? (ms|s)\b/g, '<duration>'],
  [/127\.0\.0\.1:\d+/g, '<address>'],
  [/kill -9 \d+/g, 'kill -9 <pid>'],
  [/"pid":\d+/g, '"pid":<pid>'],
  [/"run":"[0-9a-f]{6}"/g, '"run":"<run>"'],
  [/(["' =])[^ "'=]*\/orasync-[\w-]+-[\w]{6}/g, '$1<folder>'],
  [/\b\d{4,}\b/g, '<number>'],
  [/sequence \d+ to \d+/g, 'sequence <n> to <n>'],
  [/this host is [\w.-]+/g, 'this host is <host>'],
  [/ {2,}/g, '  '],
  [/[ \t]+$/g, ''],
];
const mask = (line) => masks.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line);

const update = process.argv.includes('--update');
const chosen = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const documents =
  chosen.length > 0
    ? chosen
    : listFiles().filter((path) => /^(README\.md|docs\/.*\.md|(packages|apps)\/[^/]+\/README\.md)$/.test(path));

/** A block as its commands, each with the lines that follow it. */
const parseBlock = (text) => {
  const commands = [];
  for (const line of text.replace(/\n$/, '').split('\n'))
    if (line.startsWith('$ ')) commands.push({ command: line.slice(2), output: [] });
    else commands.at(-1)?.output.push(line);
  return commands;
};

/** Whether the lines fit what is expected; "…" stands for any number of them. */
const matches = (expected, actual) => {
  const [first, ...rest] = expected;
  if (first === undefined) return actual.length === 0;
  if (first === '…')
    return Array.from({ length: actual.length + 1 }, (_, skip) => skip).some((skip) =>
      matches(rest, actual.slice(skip)),
    );
  return actual.length > 0 && mask(first) === mask(actual[0]) && matches(rest, actual.slice(1));
};

const separator = '--- end of command ---';

/** Runs the commands of all blocks in one shell; returns the lines that each printed. */
const runCommands = (commands, environment, directory) => {
  const script = commands.map((command) => `${command}\nprintf '\\n%s\\n' '${separator}'`).join('\n');
  const { stdout, status, error } = spawnSync('sh', ['-c', `exec 2>&1\n${script}`], {
    cwd: directory,
    env: environment,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error !== undefined) throw error;
  const parts = stdout.split(`\n${separator}\n`);
  if (parts.length !== commands.length + 1) throw new Error(`the shell ended early with status ${status}:\n${stdout}`);
  return parts.slice(0, -1).map((part) => (part.replace(/\n$/, '') === '' ? [] : part.replace(/\n$/, '').split('\n')));
};

const shim = (folder, name, script) => {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${join(repository, script)}' "$@"\n`);
  chmodSync(path, 0o755);
};

let failures = 0;
let count = 0;
for (const document of documents) {
  const path = join(repository, document);
  const text = readFileSync(path, 'utf8');
  const blocks = [...text.matchAll(/^```console\n(.*?)^```$/gms)];
  if (blocks.length === 0) continue;
  const directory = mkdtempSync(join(tmpdir(), 'orasync-docs-'));
  try {
    await withTestbed(['--history', '20', '--unlisted', '1'], async (testbed) => {
      const bin = join(directory, 'bin');
      const work = join(directory, 'work');
      mkdirSync(bin);
      mkdirSync(work);
      shim(bin, 'orasync-backup', 'apps/backup/dist/main.js');
      shim(bin, 'orasync-retention', 'apps/retention/dist/main.js');
      copyFileSync(testbed.config, join(work, 'orasync.yaml'));
      const environment = {
        PATH: `${bin}:${process.env.PATH}`,
        HOME: work,
        REPOSITORY: repository,
        TESTBED_URL: testbed.infinibox.url,
        TESTBED_HOME: testbed.oracle.home,
        TESTBED_CONTROL: testbed.control,
      };
      const parsed = blocks.map((block) => parseBlock(block[1]));
      const outputs = runCommands(
        parsed.flat().map(({ command }) => command),
        environment,
        work,
      );
      let next = 0;
      let result = text;
      for (const [index, commands] of parsed.entries()) {
        const written = [];
        for (const { command, output } of commands) {
          const actual = outputs[next];
          next += 1;
          count += 1;
          const isRight = matches(output, actual);
          written.push(`$ ${command}`, ...(isRight ? output : actual));
          if (isRight) continue;
          failures += 1;
          if (!update)
            console.error(
              `${document}: $ ${command}\n--- documented\n${output.map(mask).join('\n')}\n--- printed\n${actual.map(mask).join('\n')}\n`,
            );
        }
        if (update) result = result.replace(blocks[index][0], () => `\`\`\`console\n${written.join('\n')}\n\`\`\``);
      }
      if (update && result !== text) writeFileSync(path, result);
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
if (update) console.log(`docs: ${count} commands run`);
else if (failures > 0) process.exitCode = 1;
else console.log(`docs: ${count} commands print what is documented`);
