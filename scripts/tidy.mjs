// Rules about the text of files that no linter here knows. Prints every violation and fails on any.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listFiles, repository } from './files.mjs';

const isTest = (path) => /\.(test|test-d)\.ts$|\/e2e\/|\/fixtures\//.test(path);
const isSource = (path) => /^(packages|apps)\/.*\/src\/.*\.ts$/.test(path) && !isTest(path);

const rules = [
  {
    pattern: /(^|[\s"'`(=])\/(work|root|home|Users)\/\w/,
    applies: () => true,
    reason: 'names a folder of one machine',
  },
  {
    pattern: /registry\.(npmjs|yarnpkg)\.|npm(mirror|pkg)\.com\/(?!package)/,
    applies: (path) => path !== 'scripts/tidy.mjs',
    reason: 'names a package registry',
  },
  {
    pattern: /^\s+tarball:/,
    applies: (path) => path === 'pnpm-lock.yaml',
    reason: 'says where a package was fetched from',
  },
  {
    pattern: /(?<![\w.])(setTimeout|setInterval|setImmediate)\(|AbortSignal\.timeout\(/,
    applies: (path) => isSource(path) && !/clock\.ts$/.test(path) && !path.endsWith('/ports.ts'),
    reason: 'takes time from the machine: use the injected clock',
  },
  {
    pattern: /\bDate\.now\(|new Date\(\)|Math\.random\(/,
    applies: (path) => isSource(path) && !/clock\.ts$/.test(path),
    reason: 'takes time or chance from the machine: use the injected clock',
  },
  {
    // `guard-main` as the first process of a container passes its own environment on to the command that it starts.
    pattern: /\bprocess\.env\b/,
    applies: (path) =>
      isSource(path) &&
      !path.startsWith('packages/app-shell/') &&
      !/\/(oracle\/sqlplus|guard\/guard-main)\.ts$/.test(path),
    reason: 'reads the environment: only app-shell does',
  },
  {
    pattern: /\b(TODO|FIXME|XXX)\b|\.(only|skip|todo)\(/,
    applies: (path) => /\.(ts|mjs)$/.test(path) && path !== 'scripts/tidy.mjs',
    reason: 'is unfinished',
  },
];

const paths = listFiles().filter((path) => path !== 'LICENSE' && !/\.(tgz|log|tsbuildinfo)$/.test(path));
let violations = 0;
for (const path of paths) {
  const applying = rules.filter(({ applies }) => applies(path));
  for (const [index, line] of readFileSync(join(repository, path), 'utf8').split('\n').entries())
    for (const { pattern, reason } of applying)
      if (pattern.test(line)) {
        violations += 1;
        console.error(`${path}:${index + 1}: ${reason}: ${line.trim().slice(0, 100)}`);
      }
}
if (violations > 0) process.exitCode = 1;
else console.log(`tidy: ${paths.length} files`);
