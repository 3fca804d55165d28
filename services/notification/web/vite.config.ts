import { defineConfig } from 'vite';
import { svelte } from '@sveltejs/vite-plugin-svelte';

// The page is served under `default-src 'self'`: nothing may be inlined as a
// data: URL, no inline script, and every file but index.html has a hashed name
// so that it can be cached for ever.
export default defineConfig({
  plugins: [svelte()],
  build: {
    target: 'es2022',
    // Browsers that know light-dark(), which both themes are written in.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // Few chunks that compress well, instead of a file per shared component.
        codeSplitting: {
          groups: [
            { name: 'svelte', test: /node_modules/ },
            { name: 'core', test: /vite\/preload-helper|src\/(api\/(http|problem|request|users|notifications)|session|router|live|time\/zone|App\.svelte|mark\.svg|ui\/(counts|toasts|Toasts|theme|focus|turns|Icon|Failure|title))/ },
            { name: 'frame', test: /src\/(shell\/(Shell|Nav|Acc|screens|shortcuts)|api\/tasks|time|task\/(TaskRow|Tick|Due|Priority|moves|vocabulary)|inbox\/Item|ui\/(When|Avatar|Empty|Skeleton|gradual))/ },
            { name: 'form', test: /src\/(ui\/(Dialog|Field|submit)|shell\/Reauth|signin\/(CodeField|second))/ },
          ],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': process.env.API_URL ?? 'http://127.0.0.1:8000' },
  },
});
