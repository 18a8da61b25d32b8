import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: '/playground/',
  logLevel: 'warn',
  plugins: [react(), compressed()],
  build: {
    target: 'es2022',
    cssTarget: 'chrome123',
    // The page's policy takes no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Build one script: it is small, and a second one would only arrive later.
    chunkSizeWarningLimit: 800,
  },
});

/** The highest quality takes seconds for two percent less. */
const brotli = { [constants.BROTLI_PARAM_QUALITY]: 9 };

/** A .gz and a .br beside each file that shrinks, for the server to send as they are. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    writeBundle({ dir = '' }) {
      for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(js|css|html|svg)$/.test(name)) continue;
        const file = join(dir, name);
        const content = readFileSync(file);
        writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
        writeFileSync(`${file}.br`, brotliCompressSync(content, { params: brotli }));
      }
    },
  };
}
