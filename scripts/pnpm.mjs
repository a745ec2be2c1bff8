// Runs the pinned pnpm on a machine that has only Node and npm.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const { packageManager } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const parent = process.env.npm_execpath ?? '';
const startedByPnpm = /pnpm(\.[cm]?js)?$/.test(parent);
const [command, prefix] = !startedByPnpm
  ? ['npx', ['--yes', packageManager]]
  : /\.[cm]?js$/.test(parent)
    ? [process.execPath, [parent]]
    : [parent, []];

// npm hands its settings on as variables; pnpm's own among them make the next npm print warnings.
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^npm_config_(verify|manage|pm_)/i.test(name)),
);
const run = spawnSync(command, [...prefix, ...process.argv.slice(2)], { stdio: 'inherit', env });
if (run.error) throw run.error;
process.exitCode = run.status ?? 1;
