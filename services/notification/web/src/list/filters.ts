// The list's filters: in the address, so that a view can be kept and shared, and
// from there to the API's parameters.

import type { TaskFilter } from '../api/tasks';

export const orderings = [
  { value: 'due_date', label: 'By due date' },
  { value: '-priority', label: 'By priority' },
  { value: '-created_at', label: 'Newest first' },
  { value: '-updated_at', label: 'Last changed first' },
  { value: 'title', label: 'By title' },
];

export const statusChoices = [
  { value: '', label: 'Open' },
  { value: 'todo', label: 'To do' },
  { value: 'in-progress', label: 'In progress' },
  { value: 'completed', label: 'Completed' },
  { value: 'all', label: 'Any status' },
];

export const dueChoices = [
  { value: '', label: 'Any due date' },
  { value: 'overdue', label: 'Overdue' },
  { value: 'day', label: 'Within a day' },
  { value: 'week', label: 'Within a week' },
];

const DAY = 24 * 3600_000;
const at = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

export function filterOf(params: URLSearchParams, admin: boolean, now: number): TaskFilter {
  const status = params.get('status') ?? '';
  const due = params.get('due');
  const span = due === 'day' ? DAY : due === 'week' ? 7 * DAY : 0;
  return {
    ...(status === 'all' ? {} : { status: status || 'todo,in-progress' }),
    ...(params.get('priority') ? { priority: params.get('priority') as string } : {}),
    ...(admin ? { assigned_to: params.has('mine') ? 'me' : (params.get('who') ?? '') } : {}),
    ...(due === 'overdue' ? { overdue: true } : {}),
    ...(span ? { due_after: at(now), due_before: at(now + span) } : {}),
    q: params.get('q') ?? '',
    ordering: params.get('order') ?? 'due_date',
  };
}

const NAMES = ['status', 'priority', 'who', 'mine', 'due', 'q'];

export const filtered = (params: URLSearchParams): boolean => NAMES.some((name) => params.has(name));

export const cleared = (): Record<string, null> => Object.fromEntries(NAMES.map((name) => [name, null]));
