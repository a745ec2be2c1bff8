import { configDefaults, defineConfig } from 'vitest/config';

const conditions = ['@orasync/source', 'import', 'module', 'default'];

/**
 * The unit tests of retention that answer at once: every one of them is run against every mutant that it reaches. Tests
 * that try thousands of histories, or a fault at every call, would find more, and take all day.
 */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/core/src/retention/**/*.test.ts'],
    exclude: [...configDefaults.exclude, '**/{properties,histories,apply-faults}.test.ts'],
    testTimeout: 20_000,
  },
});
