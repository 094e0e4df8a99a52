import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { precompress } from './scripts/precompress.ts';

export default defineConfig({
  plugins: [react(), precompress()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // The gate in scripts/bundle-size.ts walks the manifest from the entry.
    manifest: 'manifest.json',
    // A data: URL for an asset would need a wider content security policy.
    assetsInlineLimit: 0,
    target: 'es2023',
    modulePreload: { polyfill: false },
  },
  worker: { format: 'es' },
});
