import { defineConfig } from 'vitest/config';

// The packages' own sources, so that unit tests need no build.
const source = ['@orasync/source', 'import', 'module', 'default'];
const resolve = { conditions: source };
const ssr = { resolve: { conditions: source } };

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        ssr,
        test: { name: 'unit', include: ['packages/*/src/**/*.test.ts'], testTimeout: 20_000 },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'types',
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ['packages/*/src/**/*.test-d.ts'],
            tsconfig: './tsconfig.types.json',
          },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['apps/*/e2e/**/*.test.ts', 'packages/testing/e2e/**/*.test.ts', 'tools/simulate/e2e/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // What `npm run prove` runs: every kill point, and every fault at every call.
        test: {
          name: 'prove',
          include: ['apps/*/prove/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      exclude: [
        '**/*.test.ts',
        '**/*.test-d.ts',
        '**/*.test.fixture.ts',
        // Wiring of a process of its own: the e2e project drives it, and `kill -9` does not leave a measurement behind.
        'packages/oracle-control/src/guard/guard-main.ts',
        'packages/testing/src/testbed.ts',
        'packages/testing/src/oracle/sqlplus.ts',
      ],
      reporter: ['text-summary', 'json-summary'],
      // The rest of app-shell runs in the built programs, which the e2e project drives and does not measure.
      thresholds: {
        'packages/core/src/**': { lines: 100, branches: 100 },
        'packages/infinibox-client/src/**': { lines: 100, branches: 98 },
        'packages/oracle-control/src/**': { lines: 100, branches: 100 },
        'packages/testing/src/**': { lines: 98, branches: 92 },
      },
    },
  },
});
