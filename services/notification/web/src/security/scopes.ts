// What a token may be allowed, by area, as the form shows it.

import type { Scope } from '../api/types';

export const areas: { label: string; read: Scope; write: Scope; admin?: boolean }[] = [
  { label: 'Tasks', read: 'tasks:read', write: 'tasks:write' },
  { label: 'Notifications', read: 'notifications:read', write: 'notifications:write' },
  { label: 'Profile', read: 'profile:read', write: 'profile:write' },
  { label: 'People', read: 'users:read', write: 'users:write', admin: true },
];

export const lifetimes = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'a year' },
  { value: '', label: 'until I revoke it' },
];

/** "Tasks: change", for `tasks:write`. */
export function scopeWords(scope: string): string {
  const area = areas.find((one) => one.read === scope || one.write === scope);
  return area ? `${area.label}: ${area.read === scope ? 'read' : 'change'}` : scope;
}

/** Days from now as the instant to send; nothing for one without an end. */
export const expiry = (days: string, now: number): string | null =>
  days ? new Date(now + Number(days) * 24 * 3600_000).toISOString().replace(/\.\d+Z$/, 'Z') : null;
