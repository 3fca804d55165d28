// What a webhook can be told, by its scope.

import type { Webhook } from '../api/types';

export const eventTypes: Record<Webhook['scope'], string[]> = {
  own: ['assigned', 're_assigned', 'unassigned', 'task_due', 'task_overdue', 'status_changed'].map((type) => `notification.${type}`),
  all: [
    ...['created', 'assigned', 'reassigned', 'unassigned', 'status_changed', 'updated', 'deleted', 'restored'].map((type) => `task.${type}`),
    ...['registered', 'updated', 'deactivated', 'reactivated', 'deleted', 'sessions_revoked'].map((type) => `user.${type}`),
  ],
};
