// What the choices of the preferences are called.

import type { NotificationType, Preferences } from '../api/types';

export const types: { type: NotificationType; label: string }[] = [
  { type: 'assigned', label: 'A task is given to me' },
  { type: 're-assigned', label: 'A task comes to me from someone else' },
  { type: 'unassigned', label: 'A task is taken from me' },
  { type: 'task_due', label: 'A task of mine is due soon' },
  { type: 'task_overdue', label: 'A task of mine is late' },
  { type: 'status_changed', label: 'A task that I created moves' },
];

export const channels: { channel: keyof Preferences['types']['assigned']; label: string }[] = [
  { channel: 'in_app', label: 'Inbox' },
  { channel: 'email', label: 'E-mail' },
  { channel: 'webhook', label: 'Webhook' },
];

export const days: Preferences['digest_weekday'][] = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const units = [
  { minutes: 1, label: 'minutes' },
  { minutes: 60, label: 'hours' },
  { minutes: 1440, label: 'days' },
];

/** "1 day", "90 minutes" */
export function span(minutes: number): string {
  const unit = [...units].reverse().find((u) => minutes % u.minutes === 0) ?? { minutes: 1, label: 'minutes' };
  const n = minutes / unit.minutes;
  return `${n} ${n === 1 ? unit.label.slice(0, -1) : unit.label}`;
}
