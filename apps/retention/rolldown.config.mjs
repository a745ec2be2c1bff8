import { defineConfig } from 'rolldown';

export default defineConfig({
  input: { main: 'build/src/main.js' },
  platform: 'node',
  output: { dir: 'dist', format: 'esm', cleanDir: true, chunkFileNames: '[name]-[hash].js' },
});
