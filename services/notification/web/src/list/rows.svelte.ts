// The rows of the list, a page at a time, kept current.

import { Problem, say } from '../api/problem';
import { moreTasks, task as fetchTask, tasks } from '../api/tasks';
import type { TaskFilter } from '../api/tasks';
import type { Status, Task } from '../api/types';
import { on } from '../live/bus';
import { moveTask, short } from '../task/moves';
import { toasts } from '../ui/toasts.svelte';

const PAGE = 30;
/** Of more changes than this in a row the list says that it has changed. */
const MANY = 200;

export class Rows {
  items = $state.raw<Task[]>([]);
  next = $state<string | null>(null);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  loadingMore = $state(false);
  problem = $state('');
  /** The list changed while someone is deep in it: nothing jumps, it is offered. */
  stale = $state(false);
  #filter: TaskFilter = {};
  #abort = new AbortController();
  #heard = 0;
  /** Whose change was heard of, to be asked for one after the other. */
  #heardOf = new Set<string>();
  #asking = false;

  start(filter: TaskFilter): () => void {
    this.#filter = filter;
    this.state = 'loading';
    void this.load();
    const offs = [on('task', ({ id }) => void this.#again(id)), on('resync', () => this.#changed())];
    return () => {
      this.#abort.abort();
      offs.forEach((off) => off());
    };
  }

  async load(): Promise<void> {
    this.#abort.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    // Nothing is added to the old rows meanwhile: it would not follow on the new ones.
    this.loadingMore = true;
    this.stale = false;
    const heard = this.#heard;
    try {
      const page = await tasks({ ...this.#filter, limit: PAGE }, signal);
      if (signal.aborted) return;
      if (heard !== this.#heard) return this.load(); // the answer may be older than what came meanwhile
      [this.items, this.next, this.state, this.problem] = [page.results, page.next, 'ready', ''];
    } catch (error) {
      if (!signal.aborted) [this.state, this.problem] = ['failed', say(error)];
    }
    if (!signal.aborted) this.loadingMore = false;
  }

  async more(): Promise<void> {
    if (!this.next || this.loadingMore) return;
    this.loadingMore = true;
    const { signal } = this.#abort;
    try {
      const page = await moreTasks(this.next, signal);
      if (signal.aborted) return;
      const known = new Set(this.items.map((t) => t.id));
      this.items = [...this.items, ...page.results.filter((t) => !known.has(t.id))];
      [this.next, this.problem] = [page.next, ''];
    } catch (error) {
      if (!signal.aborted) this.problem = say(error);
    }
    if (!signal.aborted) this.loadingMore = false;
  }

  async move(task: Task, to: Status): Promise<void> {
    this.#put({ ...task, status: to });
    const moved = await moveTask(task, to);
    this.#put(moved ?? task);
    if (moved && to === 'completed') {
      toasts.say(`Completed “${short(task.title)}”`, { label: 'Undo', run: () => void moveTask(moved, task.status) });
    }
  }

  /** A row that no longer fits the filter stays where it is until the next look: nothing jumps under the hand. Who changes many
   * tasks at once does not make every list ask for each of them. */
  async #again(id: string): Promise<void> {
    this.#heard++;
    if (!this.items.some((t) => t.id === id)) return this.#changed();
    this.#heardOf.add(id);
    if (this.#asking) return;
    this.#asking = true;
    for (const next of this.#heardOf) {
      if (this.#heardOf.size > MANY) {
        this.#heardOf.clear();
        this.#changed();
        break;
      }
      this.#heardOf.delete(next); // heard of again meanwhile, it comes again
      await this.#ask(next);
    }
    this.#asking = false;
  }

  async #ask(id: string): Promise<void> {
    try {
      this.#put((await fetchTask(id)).data);
    } catch (error) {
      if (error instanceof Problem && error.status === 404) this.items = this.items.filter((t) => t.id !== id);
    }
  }

  #changed(): void {
    if (this.items.length > PAGE) this.stale = true;
    else void this.load();
  }

  #put(task: Task): void {
    this.items = this.items.map((t) => (t.id === task.id ? task : t));
  }
}
