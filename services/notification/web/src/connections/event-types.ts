// What a webhook can be told, by its scope. A type that the API does not know is a compile error.

import type { NewWebhook, Webhook } from '../api/types';

export type EventType = NonNullable<NewWebhook['event_types']>[number];

export const eventTypes: Record<Webhook['scope'], EventType[]> = {
  own: [
    'notification.assigned', 'notification.re_assigned', 'notification.unassigned', 'notification.task_due',
    'notification.task_overdue', 'notification.status_changed',
  ],
  all: [
    'task.created', 'task.assigned', 'task.reassigned', 'task.unassigned', 'task.status_changed', 'task.updated',
    'task.deleted', 'task.restored', 'user.registered', 'user.updated', 'user.deactivated', 'user.reactivated',
    'user.deleted', 'user.sessions_revoked', 'user.token_revoked',
  ],
};
