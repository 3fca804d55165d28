// The places of the inbox, which notification is in which, and what to say when one moves or there is none.

import type { InboxState } from '../api/inbox';
import type { Notification } from '../api/types';
import { session } from '../session/session.svelte';
import { moment } from '../time/words';

export const places: { value: InboxState; label: string; empty: string; hint: string }[] = [
  { value: 'unread', label: 'Unread', empty: 'You are up to date', hint: 'Assignments, reminders and changes of your tasks arrive here by themselves.' },
  { value: 'read', label: 'Read', empty: 'Nothing read yet', hint: 'What you have read stays here until you archive it.' },
  { value: 'all', label: 'All', empty: 'No notifications yet', hint: 'Assignments, reminders and changes of your tasks arrive here by themselves.' },
  { value: 'snoozed', label: 'Snoozed', empty: 'Nothing is snoozed', hint: 'Snooze what can wait: it comes back unread, at the hour you say.' },
  { value: 'archived', label: 'Archived', empty: 'The archive is empty', hint: 'Archive what you are done with and may want to find again.' },
];

export function belongs(n: Notification, state: InboxState): boolean {
  if (state === 'archived') return n.archived;
  const away = n.snoozed_until !== null;
  if (state === 'snoozed') return !n.archived && away;
  return !n.archived && !away && (state === 'all' || n.is_read === (state === 'read'));
}

export function words(moved: Notification): string {
  if (moved.archived) return 'Archived';
  if (moved.snoozed_until) return `Comes back ${moment(Date.parse(moved.snoozed_until), session.zone)}`;
  return 'Back in the inbox';
}
