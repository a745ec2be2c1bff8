import { defineConfig } from 'rolldown';

export default defineConfig({
  input: { index: 'build/index.js', testbed: 'build/testbed.js', sqlplus: 'build/oracle/sqlplus.js' },
  platform: 'node',
  // The published types name it, so users install it anyway; msw is bundled (docs/decisions/0003).
  external: ['zod'],
  output: { dir: 'dist', format: 'esm', cleanDir: true, chunkFileNames: '[name]-[hash].js' },
});
