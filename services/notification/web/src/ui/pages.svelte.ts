// A list that comes a page at a time: loading, more of it, one row changed, one row gone.

import { follow } from '../api/http';
import { Problem, say } from '../api/problem';
import type { Page } from '../api/types';
import { toasts } from './toasts.svelte';

export class Pages<T extends { id: string }> {
  items = $state.raw<T[]>([]);
  next = $state<string | null>(null);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  problem = $state('');
  /** What is wrong with which filter. */
  fields = $state.raw<Record<string, string>>({});
  #asked = 0;

  async load(first: () => Promise<Page<T>>): Promise<void> {
    const asked = ++this.#asked;
    try {
      const page = await first();
      if (asked !== this.#asked) return;
      [this.items, this.next, this.state, this.problem, this.fields] = [page.results, page.next, 'ready', '', {}];
    } catch (error) {
      if (asked !== this.#asked) return;
      this.fields = error instanceof Problem ? error.fields : {};
      [this.state, this.problem] = ['failed', Object.keys(this.fields).length ? 'A filter needs another look.' : say(error)];
    }
  }

  async more(): Promise<void> {
    if (!this.next) return;
    const asked = this.#asked;
    try {
      const page = await follow<T>(this.next);
      if (asked !== this.#asked) return;
      const known = new Set(this.items.map((row) => row.id));
      [this.items, this.next] = [[...this.items, ...page.results.filter((row) => !known.has(row.id))], page.next];
    } catch (error) {
      toasts.fail(say(error));
    }
  }

  put(row: T): void {
    this.items = this.items.map((old) => (old.id === row.id ? row : old));
  }

  drop(id: string): void {
    this.items = this.items.filter((row) => row.id !== id);
  }
}
