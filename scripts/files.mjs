// The repository's own files, without what is installed, built or measured.
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top folder of the repository. */
export const repository = fileURLToPath(new URL('..', import.meta.url));

const passedOver = new Set(['.git', 'node_modules', 'dist', 'build', '.stryker-tmp']);
/** What test coverage is measured into; the package's own folder of that name is another thing. */
const measured = join(repository, 'coverage');

/** Paths below the top folder, with slashes. */
export const listFiles = (folder = repository) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (passedOver.has(entry.name) || path === measured) return [];
    return entry.isDirectory() ? listFiles(path) : [relative(repository, path).replaceAll('\\', '/')];
  });
