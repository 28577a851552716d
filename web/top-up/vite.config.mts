import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  // Relative addresses let the same build be served from any path.
  base: './',
  plugins: [react()],
  build: {
    outDir: resolve(import.meta.dirname, '../../dist/top-up'),
    emptyOutDir: true,
    target: 'es2022',
    // The page's Content-Security-Policy allows no data: scripts or styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
