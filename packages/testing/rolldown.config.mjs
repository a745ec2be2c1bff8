import { defineConfig } from 'rolldown';

export default defineConfig({
  input: { index: 'build/index.js', testbed: 'build/testbed.js', sqlplus: 'build/oracle/sqlplus.js' },
  platform: 'node',
  output: { dir: 'dist', format: 'esm', cleanDir: true, chunkFileNames: '[name]-[hash].js' },
});
