// Calls of the notification service about what I was told. The stream is in ../live.

import { follow } from './http';
import { ask } from './request';
import type { Dashboard, Notification, NotificationChange, NotificationGroup, NotificationType, Page, Preferences } from './types';

export type InboxState = 'unread' | 'read' | 'all' | 'snoozed' | 'archived';

export interface InboxFilter {
  state: InboxState;
  type?: NotificationType;
  task?: string;
}

const PAGE = 30;

export const dashboard = (signal?: AbortSignal): Promise<Dashboard> => ask('get', '/api/users/dashboard/', signal ? { signal } : {}) as Promise<Dashboard>;

export const notifications = (filter: InboxFilter): Promise<Page<Notification>> =>
  ask('get', '/api/notifications/', { query: { ...filter, limit: PAGE } });

export const moreNotifications = (next: string): Promise<Page<Notification>> => follow(next);

export const groups = (filter: InboxFilter): Promise<Page<NotificationGroup>> =>
  ask('get', '/api/notifications/groups/', { query: { ...filter, limit: PAGE } });

export const moreGroups = (next: string): Promise<Page<NotificationGroup>> => follow(next);

export const unreadCount = async (): Promise<number> => (await ask('get', '/api/notifications/unread-count/', {})).unread;

export const changeNotification = (id: string, change: NotificationChange): Promise<Notification> =>
  ask('patch', '/api/notifications/{id}/', { path: { id }, body: change });

export const markRead = (id: string, is_read: boolean): Promise<Notification> => changeNotification(id, { is_read });

/** Of everything, or of one task. */
export const readAll = async (task?: string): Promise<number> =>
  (await ask('post', '/api/notifications/read-all/', { query: task ? { task } : {} })).updated;

/** What is read, or everything about one task. */
export const archiveAll = async (filter: { state?: 'read' | 'all'; task?: string }): Promise<number> =>
  (await ask('post', '/api/notifications/archive-all/', { query: filter })).updated;

export const deleteNotification = (id: string, keepalive = false): Promise<void> =>
  ask('delete', '/api/notifications/{id}/', { path: { id }, keepalive });

export const preferences = (): Promise<Preferences> => ask('get', '/api/notifications/preferences/', {});

export const savePreferences = (wanted: Preferences): Promise<Preferences> =>
  ask('put', '/api/notifications/preferences/', { body: wanted });
