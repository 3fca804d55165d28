// Where a card stands in its column: by due date, undated last; what is done by
// when it was last touched.

import type { Status, Task } from '../api/types';

export function before(status: Status, a: Task, b: Task): number {
  if (status === 'completed') return compare(b.updated_at, a.updated_at) || compare(b.id, a.id);
  if (a.due_date !== b.due_date) {
    if (!a.due_date) return 1;
    if (!b.due_date) return -1;
    return compare(a.due_date, b.due_date);
  }
  return compare(a.id, b.id);
}

export function placed(status: Status, tasks: Task[], task: Task): Task[] {
  const rest = tasks.filter((t) => t.id !== task.id);
  const at = rest.findIndex((t) => before(status, task, t) < 0);
  return at < 0 ? [...rest, task] : [...rest.slice(0, at), task, ...rest.slice(at)];
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
