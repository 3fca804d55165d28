// One change to many tasks: each for itself, none over a change that someone made meanwhile, and with a way back.

import { Problem, say } from '../api/problem';
import { bulk, restoreTask } from '../api/tasks';
import type { BulkOperation, Task, TaskFields } from '../api/types';
import { tell } from '../live/bus';
import { many } from '../ui/counts';
import { toasts } from '../ui/toasts.svelte';

/** The API takes 1,000 operations at once; fewer tell sooner how far it is. */
const CHUNK = 200;

interface Outcome {
  done: Task[];
  refused: string[];
}

export class Bulk {
  /** Tasks done so far, and of how many; null when nothing is under way. */
  progress = $state.raw<{ done: number; of: number } | null>(null);

  async change(tasks: Task[], changes: TaskFields): Promise<void> {
    const { done, refused } = await this.#run(tasks.map((task) => ({ op: 'update', id: task.id, if_version: task.version, changes })), tasks);
    const former = new Map(tasks.map((task) => [task.id, task]));
    const back = done.flatMap((task) => {
      const before = former.get(task.id);
      return before ? [{ op: 'update' as const, id: task.id, if_version: task.version, changes: partsOf(before, changes) }] : [];
    });
    this.#tell('changed', done, refused, () => void this.#run(back, done));
  }

  async remove(tasks: Task[]): Promise<void> {
    const { done, refused } = await this.#run(tasks.map((task) => ({ op: 'delete', id: task.id, if_version: task.version })), tasks);
    this.#tell('deleted', done, refused, () => void this.#restore(done));
  }

  async #run(operations: BulkOperation[], tasks: Task[]): Promise<Outcome> {
    const outcome: Outcome = { done: [], refused: [] };
    this.progress = { done: 0, of: operations.length };
    for (let i = 0; i < operations.length; i += CHUNK) {
      try {
        const { results } = await bulk(operations.slice(i, i + CHUNK), crypto.randomUUID());
        results.forEach((result, n) => {
          const task = result.task ?? tasks[i + n];
          if (result.status < 300 && task) outcome.done.push(task);
          else outcome.refused.push(result.status === 412 ? 'Someone changed it meanwhile.' : new Problem(result.status, result.problem ?? {}).message);
        });
      } catch (error) {
        outcome.refused.push(...operations.slice(i).map(() => say(error)));
        break;
      }
      this.progress = { done: Math.min(i + CHUNK, operations.length), of: operations.length };
    }
    this.progress = null;
    tell({ kind: 'resync' });
    return outcome;
  }

  #tell(what: string, done: Task[], refused: string[], undo: () => void): void {
    if (done.length > 0) toasts.say(`${many(done.length, 'task')} ${what}`, { label: 'Undo', run: undo });
    if (refused.length > 0) toasts.fail(`${many(refused.length, 'task')} not ${what}. ${[...new Set(refused)].slice(0, 2).join(' ')}`);
  }

  async #restore(tasks: Task[]): Promise<void> {
    try {
      for (const task of tasks) await restoreTask(task.id);
    } catch (error) {
      toasts.fail(`Some are still in the trash. ${say(error)}`);
    }
    tell({ kind: 'resync' });
  }
}

/** What a task held before, of the fields that were changed. */
function partsOf(task: Task, changes: TaskFields): TaskFields {
  return Object.fromEntries(Object.keys(changes).map((field) => [field, task[field as keyof TaskFields]]));
}
