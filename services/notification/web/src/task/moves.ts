// Moving the status from wherever a task is shown. The caller shows the move at
// once; when it is refused, the caller puts it back and the person is told why.

import { changeTask } from '../api/tasks';
import { say } from '../api/problem';
import type { Status, Task } from '../api/types';
import { tell } from '../live/bus';
import { toasts } from '../ui/toasts.svelte';
import { statusLabel } from './vocabulary';

/** The task as the server has it now, or null when it refused. */
export async function moveTask(task: Task, to: Status): Promise<Task | null> {
  try {
    const { data } = await changeTask(task.id, { status: to });
    tell({ kind: 'task', id: task.id });
    return data;
  } catch (error) {
    toasts.fail(`“${short(task.title)}” stays in ${statusLabel(task.status)}. ${say(error)}`);
    return null;
  }
}

export const short = (title: string): string => (title.length > 40 ? `${title.slice(0, 39)}…` : title);
