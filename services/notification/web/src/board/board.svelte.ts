// The three columns, and what moves between them.

import { tick } from 'svelte';
import { Problem } from '../api/problem';
import { task as fetchTask } from '../api/tasks';
import type { Status, Task } from '../api/types';
import { on } from '../live/bus';
import { moveTask } from '../task/moves';
import { statuses } from '../task/vocabulary';
import { Column } from './column.svelte';

export class BoardState {
  readonly columns = statuses.map(({ value }) => new Column(value));
  /** Said to a screen reader after a move. */
  said = $state('');
  #mine = false;
  #me = '';
  #heard = 0;
  /** What is under way, and where it is to end: who moves on before the answer is there is not held up. */
  #moving = new Map<string, Status>();

  start(mine: boolean, me: string): () => void {
    [this.#mine, this.#me] = [mine, me];
    void this.load();
    const offs = [on('task', ({ id }) => void this.#again(id)), on('resync', () => void this.load())];
    return () => offs.forEach((off) => off());
  }

  async load(): Promise<void> {
    const heard = this.#heard;
    const filter = this.#mine ? { assigned_to: 'me' } : {};
    await Promise.all(this.columns.map((column) => column.load(filter)));
    if (heard !== this.#heard) await this.load(); // the answers may be older than what came meanwhile
  }

  column(status: Status): Column {
    return this.columns.find((c) => c.status === status) as Column;
  }

  /** Shown at once; put back where it was when the server refuses. */
  async move(task: Task, to: Status): Promise<void> {
    if (task.status === to) return;
    this.#place({ ...task, status: to, updated_at: new Date().toISOString() });
    const underWay = this.#moving.has(task.id);
    this.#moving.set(task.id, to);
    if (underWay) return;
    const moved = await moveTask(task, to);
    const wanted = this.#moving.get(task.id);
    this.#moving.delete(task.id);
    if (moved && wanted && wanted !== to) return this.move(moved, wanted);
    this.#place(moved ?? task);
    if (moved) this.said = `${task.title} moved to ${statuses.find((s) => s.value === to)?.label}`;
  }

  /** Someone changed it: as it is now, or gone. */
  async #again(id: string): Promise<void> {
    this.#heard++;
    if (this.#moving.has(id)) return;
    try {
      const { data } = await fetchTask(id);
      if (this.#moving.has(id)) return;
      if (this.#mine && data.assignee_id !== this.#me) this.#remove(id);
      else this.#place(data);
    } catch (error) {
      if (error instanceof Problem && error.status === 404) this.#remove(id);
    }
  }

  /** A card is drawn anew in the other column: the focus goes along. */
  #place(task: Task): void {
    const focus = document.activeElement;
    if (focus?.closest(`[data-card="${task.id}"]`)) {
      void tick().then(() => document.querySelector<HTMLElement>(`[data-card="${task.id}"] ${focus.tagName}`)?.focus());
    }
    for (const column of this.columns) {
      if (column.status === task.status) column.put(task);
      else column.take(task.id);
    }
  }

  #remove(id: string): void {
    for (const column of this.columns) column.take(id);
  }
}
