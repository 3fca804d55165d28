// What My day shows: the dashboard as last heard, and the moves made on it.

import { dashboard } from '../api/notifications';
import { say } from '../api/problem';
import type { Dashboard, Status, Task } from '../api/types';
import { on } from '../live/bus';
import { moveTask, short } from '../task/moves';
import { toasts } from '../ui/toasts.svelte';

export class Day {
  data = $state.raw<Dashboard | null>(null);
  problem = $state('');
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  start(): () => void {
    void this.load();
    const offs = [on('task', () => this.#soon()), on('resync', () => this.#soon()), on('notification', () => this.#soon())];
    return () => {
      clearTimeout(this.#timer);
      offs.forEach((off) => off());
    };
  }

  async load(): Promise<void> {
    const asked = ++this.#asked;
    try {
      const data = await dashboard();
      if (asked === this.#asked) [this.data, this.problem] = [data, ''];
    } catch (error) {
      if (asked === this.#asked) this.problem = say(error);
    }
  }

  async move(task: Task, to: Status): Promise<void> {
    const before = this.data;
    if (!before?.tasks) return;
    this.data = { ...before, tasks: before.tasks.map((t) => (t.id === task.id ? { ...t, status: to } : t)) };
    const moved = await moveTask(task, to);
    if (!moved) this.data = before;
    else if (to === 'completed') {
      toasts.say(`Completed “${short(task.title)}”`, { label: 'Undo', run: () => void this.#undo(moved, task.status) });
    }
  }

  async #undo(task: Task, to: Status): Promise<void> {
    if (await moveTask(task, to)) await this.load();
  }

  /** Several pieces of news in a row are answered by one request. */
  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), 200);
  }
}
