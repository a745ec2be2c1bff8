import { defineConfig } from 'rolldown';

export default defineConfig({
  input: { main: 'build/main.js' },
  platform: 'node',
  output: { dir: 'dist', format: 'esm', cleanDir: true },
});
