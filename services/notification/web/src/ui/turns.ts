// Work that may wait a moment, done a little after each frame, so that neither a key nor the wheel waits for all of it.

import { flushSync } from 'svelte';

/** What is drawn of it in one go; the frame that follows has to lay it out and paint it. */
const TURN_MS = 3;
const waiting = new Set<() => void>();

/** Returns what takes it back. */
export function later(work: () => void): () => void {
  if (waiting.size === 0) next();
  waiting.add(work);
  return () => void waiting.delete(work);
}

/** After a frame, and not within it: the drawing then has a task of its own. */
const next = () => requestAnimationFrame(() => setTimeout(turn));

function turn(): void {
  const until = performance.now() + TURN_MS;
  for (const work of waiting) {
    waiting.delete(work);
    flushSync(work);
    if (performance.now() > until) break;
  }
  if (waiting.size > 0) next();
}
