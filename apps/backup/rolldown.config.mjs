import { defineConfig } from 'rolldown';

export default defineConfig({
  input: { main: 'build/src/main.js', 'guard-main': '../../packages/oracle-control/dist/guard/guard-main.js' },
  platform: 'node',
  output: { dir: 'dist', format: 'esm', cleanDir: true, chunkFileNames: '[name]-[hash].js' },
});
