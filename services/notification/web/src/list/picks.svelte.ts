// Several rows picked, to be changed together.

import type { Task } from '../api/types';
import type { Rows } from './rows.svelte';

export class Picks {
  on = $state(false);
  ids = $state.raw<ReadonlySet<string>>(new Set());
  #last: string | null = null;

  constructor(readonly rows: Rows) {}

  /** In the order of the list; what has left the list meanwhile is not among them. */
  get tasks(): Task[] {
    return this.rows.items.filter((task) => this.ids.has(task.id));
  }

  get allShown(): boolean {
    return this.rows.items.length > 0 && this.rows.items.every((task) => this.ids.has(task.id));
  }

  turn(): void {
    this.clear();
    this.on = !this.on;
  }

  clear(): void {
    this.ids = new Set();
    this.#last = null;
  }

  /** With Shift, all between the last one and this one follow it. */
  toggle(id: string, range: boolean): void {
    const wanted = !this.ids.has(id);
    const order = this.rows.items.map((task) => task.id);
    const [here, there] = [order.indexOf(id), range && this.#last ? order.indexOf(this.#last) : -1];
    const several = there < 0 ? [id] : order.slice(Math.min(here, there), Math.max(here, there) + 1);
    const next = new Set(this.ids);
    for (const one of several) wanted ? next.add(one) : next.delete(one);
    this.ids = next;
    this.#last = id;
  }

  pickShown(): void {
    if (this.allShown) this.clear();
    else this.ids = new Set(this.rows.items.map((task) => task.id));
  }
}
