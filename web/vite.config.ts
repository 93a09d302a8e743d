import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const controller = process.env['DROVER_URL'] ?? 'http://127.0.0.1:7080';

const jsxRuntime = fileURLToPath(new URL('src/directions/jsx-runtime.ts', import.meta.url));

/** Every element of the built dashboard, a library's too, shows hidden directions of its text. */
const showDirections: Plugin = {
  name: 'show-directions',
  apply: 'build',
  enforce: 'pre',
  resolveId: (source, importer) => (source === 'react/jsx-runtime' && importer !== jsxRuntime ? jsxRuntime : null),
};

/** The controller serves `dist/app`: hashed files below `/assets`, `index.html` for every page. */
export default defineConfig({
  plugins: [showDirections, react()],
  build: {
    outDir: 'dist/app',
    assetsDir: 'assets',
    target: 'es2022',
    manifest: true,
    modulePreload: { polyfill: false },
    sourcemap: false,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'base',
              test: /node_modules[\\/](react|react-dom|scheduler|react-router|i18next|react-i18next|@tanstack[\\/](query-core|react-query))[\\/]|web[\\/]src[\\/]directions[\\/]/,
            },
            // What every page needs is one file: sixty small ones cost more than they spare.
            {
              name: 'frame',
              test: /web[\\/]src[\\/](?:api|app|format|keys|live|frame(?![\\/](?:overlays|tab-bar))|parts(?![\\/](?:overlays[\\/]dialogs|copy-text|use-save|use-unload)))[\\/]?[\w-]*/,
            },
            { name: 'icons', test: /node_modules[\\/]@tabler[\\/]/, minShareCount: 5 },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': controller, '/live': { target: controller, ws: true } } },
});
