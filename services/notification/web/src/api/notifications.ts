// What is asked of the notification service wherever one is. The stream is in ../live, the inbox's own calls in inbox.

import { ask } from './request';
import type { Dashboard, Notification, NotificationChange } from './types';

export const dashboard = (signal?: AbortSignal): Promise<Dashboard> => ask('get', '/api/users/dashboard/', signal ? { signal } : {}) as Promise<Dashboard>;

export const unreadCount = async (): Promise<number> => (await ask('get', '/api/notifications/unread-count/', {})).unread;

export const changeNotification = (id: string, change: NotificationChange): Promise<Notification> =>
  ask('patch', '/api/notifications/{id}/', { path: { id }, body: change });

export const markRead = (id: string, is_read: boolean): Promise<Notification> => changeNotification(id, { is_read });
