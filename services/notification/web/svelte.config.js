import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

// `runes` for every component keeps Svelte's older reactivity out of the bundle.
export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: true, discloseVersion: false },
};
