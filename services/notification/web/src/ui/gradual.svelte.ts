// How many of a list are drawn so far: what fills a screen at once, the rest a few at a time.

import { later } from './turns';

const STEP = 2;

export function gradual(total: () => number, first: number): () => number {
  let drawn = $state(first);
  $effect(() => {
    if (drawn < total()) return later(() => (drawn += STEP));
  });
  // A few more than before, one that was moved here among them, are there at once.
  return () => (total() - drawn <= STEP ? total() : drawn);
}
