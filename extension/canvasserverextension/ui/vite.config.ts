import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// A running collector, for `npm run dev`. The profile `local` allows pages of http://localhost:5173.
const collector = `http://${process.env['CANVAS_SERVER_ENDPOINT'] ?? 'localhost:8090'}`;

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  // Relative to <base>, which the server sets to where it is shown.
  base: './',
  plugins: [react()],
  // Its version for browsers has them decode names of characters by innerHTML; this one has a table.
  resolve: { alias: { 'decode-named-character-reference': here('node_modules/decode-named-character-reference/index.js') } },
  server: {
    port: 5173,
    strictPort: true,
    proxy: { '/api': collector, '/ws': { target: collector, ws: true } },
  },
  build: {
    // go:embed reads ../internal/page/dist; the folder site/ in it is made by this build alone and never committed.
    outDir: '../internal/page/dist/site',
    emptyOutDir: true,
    // internal/page lets browsers keep what is in this folder: every name in it holds a hash of the content.
    assetsDir: 'assets/page',
    // The page's policy allows files of its own server and nothing inline, so nothing may become a data: URL or a script tag.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The licenses of what is bundled ask to come along with it.
    license: { fileName: 'assets/licenses.md' },
    target: 'es2022',
    chunkSizeWarningLimit: 600,
  },
  test: {
    testTimeout: 60_000, // a guard against what hangs, also on a busy machine
    include: ['test/**/*.test.{ts,tsx}'],
    // examples/canvas-hook has no packages of its own.
    alias: { '@orcheo/canvas-trace-client': here('src/client/index.ts'), react: here('node_modules/react') },
  },
});
