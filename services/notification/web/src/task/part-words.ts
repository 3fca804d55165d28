// A part of a task, named and written out for the conflict and the history.

import { session } from '../session/session.svelte';
import { exact } from '../time/words';
import type { Draft, Part } from './draft';
import { partOf } from './draft';
import { priorityLabel, statusLabel } from './vocabulary';

const partLabels: Record<string, string> = {
  title: 'Title',
  description: 'Description',
  status: 'Status',
  priority: 'Priority',
  due_date: 'Due date',
  assigned_to: 'Assignee',
};

export const partLabel = (part: string): string => partLabels[part] ?? part.replaceAll('_', ' ');

export const draftWords = (draft: Draft, part: Part): string => valueWords(part, partOf(draft, part));

export function valueWords(part: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return part === 'assigned_to' ? 'nobody' : 'nothing';
  const text = String(value);
  if (part === 'status') return statusLabel(text);
  if (part === 'priority') return priorityLabel(text);
  if (/^\d{4}-\d\d-\d\dT/.test(text)) return exact(text, session.zone);
  return text;
}
