// Calls of the inbox and of the preferences.

import { follow } from './http';
import { ask } from './request';
import type { Notification, NotificationGroup, NotificationType, Page, Preferences } from './types';

export type InboxState = 'unread' | 'read' | 'all' | 'snoozed' | 'archived';

export interface InboxFilter {
  state: InboxState;
  type?: NotificationType;
  task?: string;
}

const PAGE = 30;

export const notifications = (filter: InboxFilter): Promise<Page<Notification>> =>
  ask('get', '/api/notifications/', { query: { ...filter, limit: PAGE } });

export const moreNotifications = (next: string): Promise<Page<Notification>> => follow(next);

export const groups = (filter: InboxFilter): Promise<Page<NotificationGroup>> =>
  ask('get', '/api/notifications/groups/', { query: { ...filter, limit: PAGE } });

export const moreGroups = (next: string): Promise<Page<NotificationGroup>> => follow(next);

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
