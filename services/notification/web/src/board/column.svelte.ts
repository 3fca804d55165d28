// One column: its pages as loaded so far.

import { moreTasks, tasks } from '../api/tasks';
import { say } from '../api/problem';
import type { Status, Task } from '../api/types';
import { placed } from './order';

const PAGE = 50;

export class Column {
  items = $state.raw<Task[]>([]);
  next = $state<string | null>(null);
  count = $state<number | null>(null);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  problem = $state('');
  #asked = 0;

  constructor(readonly status: Status) {}

  /** Keeps what is shown until the answer is there. */
  async load(filter: { assigned_to?: string }): Promise<void> {
    const asked = ++this.#asked;
    try {
      const ordering = this.status === 'completed' ? '-updated_at' : 'due_date';
      const page = await tasks({ status: this.status, ordering, limit: PAGE, count: true, ...filter });
      if (asked !== this.#asked) return;
      [this.items, this.next, this.count, this.state] = [page.results, page.next, page.count ?? null, 'ready'];
    } catch (error) {
      if (asked !== this.#asked) return;
      [this.state, this.problem] = ['failed', say(error)];
    }
  }

  async more(): Promise<void> {
    if (!this.next) return;
    try {
      const page = await moreTasks(this.next);
      const known = new Set(this.items.map((t) => t.id));
      this.items = [...this.items, ...page.results.filter((t) => !known.has(t.id))];
      this.next = page.next;
    } catch (error) {
      this.problem = say(error);
    }
  }

  put(task: Task): void {
    if (!this.has(task.id) && this.count !== null) this.count++;
    this.items = placed(this.status, this.items, task);
  }

  take(id: string): void {
    if (!this.has(id)) return;
    this.items = this.items.filter((t) => t.id !== id);
    if (this.count !== null) this.count--;
  }

  has(id: string): boolean {
    return this.items.some((t) => t.id === id);
  }
}
