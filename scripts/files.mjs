// The repository's own files, without what is installed, built or measured.
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top folder of the repository. */
export const repository = fileURLToPath(new URL('..', import.meta.url));

const passedOver = new Set(['.git', 'node_modules', 'dist', 'build', 'coverage', '.stryker-tmp']);

/** Paths below the top folder, with slashes. */
export const listFiles = (folder = repository) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (passedOver.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? listFiles(path) : [relative(repository, path).replaceAll('\\', '/')];
  });
