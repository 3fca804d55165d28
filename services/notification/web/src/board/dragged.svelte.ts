// The card in the hand, and the column it hangs over.

import type { Status, Task } from '../api/types';

class Dragged {
  task = $state.raw<Task | null>(null);
  over = $state<Status | null>(null);

  end(): void {
    this.task = null;
    this.over = null;
  }
}

export const dragged = new Dragged();
