// A task as a form holds it, and what of it was changed.

import type { Priority, Status, Task, TaskFields } from '../api/types';
import { instantOf, wall } from '../time/zone';

export interface Draft {
  title: string;
  description: string;
  status: Status;
  priority: Priority;
  /** `YYYY-MM-DD`, or empty for no due date. */
  date: string;
  /** `HH:MM` in the user's zone, or empty for the end of the day. */
  time: string;
  /** An e-mail, or empty for nobody. */
  assigned_to: string;
}

export type Part = 'title' | 'description' | 'status' | 'priority' | 'due_date' | 'assigned_to';

export const parts: Part[] = ['title', 'description', 'status', 'priority', 'due_date', 'assigned_to'];

export const blank = (): Draft => ({ title: '', description: '', status: 'todo', priority: 'none', date: '', time: '', assigned_to: '' });

export function draftOf(task: Task, zone: string): Draft {
  const { title, description, status, priority, assigned_to } = task;
  const draft = { title, description, status, priority, date: '', time: '', assigned_to: assigned_to ?? '' };
  if (!task.due_date) return draft;
  const { date, time } = wall(Date.parse(task.due_date), zone);
  return { ...draft, date, time: time === '23:59:59' ? '' : time.slice(0, 5) };
}

/** One part, in a form two drafts can be compared by. */
export function partOf(draft: Draft, part: Part): string {
  return part === 'due_date' ? `${draft.date} ${draft.date && draft.time}`.trim() : draft[part];
}

export const changedParts = (base: Draft, draft: Draft): Part[] => parts.filter((p) => partOf(base, p) !== partOf(draft, p));

/** `draft` with one part as `other` has it. */
export function withPart(draft: Draft, other: Draft, part: Part): Draft {
  return part === 'due_date' ? { ...draft, date: other.date, time: other.time } : { ...draft, [part]: other[part] };
}

/** What to send: the changed fields alone. A day without a time goes as a plain date. */
export function fieldsOf(base: Draft, draft: Draft, zone: string): TaskFields {
  const fields: TaskFields = {};
  for (const part of changedParts(base, draft)) {
    if (part === 'due_date') fields.due_date = dueOf(draft, zone);
    else if (part === 'assigned_to') fields.assigned_to = draft.assigned_to || null;
    else Object.assign(fields, { [part]: draft[part] });
  }
  return fields;
}

function dueOf({ date, time }: Draft, zone: string): string | null {
  if (!date) return null;
  return time ? instantOf(date, `${time}:00`, zone).toISOString() : date;
}
