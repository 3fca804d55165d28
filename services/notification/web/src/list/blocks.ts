// The rows of the list in blocks. A block whose rows are the same stays the same array, so that one more page, or one changed
// task among thousands, draws one block anew and not all of them.

import type { Task } from '../api/types';

export const BLOCK = 5;

export function blocksOf(items: () => Task[]): () => Task[][] {
  let before: Task[][] = [];
  return () => {
    const all = items();
    before = Array.from({ length: Math.ceil(all.length / BLOCK) }, (_, i) => {
      const fresh = all.slice(i * BLOCK, (i + 1) * BLOCK);
      const old = before[i];
      return old?.length === fresh.length && old.every((task, n) => task === fresh[n]) ? old : fresh;
    });
    return before;
  };
}
