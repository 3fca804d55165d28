// What the contract's values are called on the page, in the order people use them.

import type { Priority, Status } from '../api/types';

export const statuses: { value: Status; label: string }[] = [
  { value: 'todo', label: 'To do' },
  { value: 'in-progress', label: 'In progress' },
  { value: 'completed', label: 'Completed' },
];

export const priorities: { value: Priority; label: string }[] = [
  { value: 'none', label: 'No priority' },
  { value: 'low', label: 'Low' },
  { value: 'medium', label: 'Medium' },
  { value: 'high', label: 'High' },
  { value: 'urgent', label: 'Urgent' },
];

export const statusLabel = (value: string): string => statuses.find((s) => s.value === value)?.label ?? value;

export const priorityLabel = (value: string): string => priorities.find((p) => p.value === value)?.label ?? value;
