// Calls of the notification service. The stream is in ../live.

import { call, get, pathOf, query } from './http';
import type { Dashboard, Notification, Page } from './types';

export type InboxState = 'unread' | 'read' | 'all';

export const dashboard = (signal?: AbortSignal): Promise<Dashboard> => get<Dashboard>('/api/users/dashboard/', signal);

export const notifications = (state: InboxState, signal?: AbortSignal): Promise<Page<Notification>> =>
  get<Page<Notification>>(`/api/notifications/${query({ state, limit: 30 })}`, signal);

export const moreNotifications = (next: string): Promise<Page<Notification>> => get<Page<Notification>>(pathOf(next));

export const unreadCount = async (): Promise<number> =>
  (await get<{ unread: number }>('/api/notifications/unread-count/')).unread;

export const markRead = async (id: string, is_read: boolean): Promise<Notification> =>
  (await call<Notification>('PATCH', `/api/notifications/${id}/`, { body: { is_read } })).data;

export const readAll = async (): Promise<number> =>
  (await call<{ updated: number }>('POST', '/api/notifications/read-all/')).data.updated;

export const deleteNotification = async (id: string, keepalive = false): Promise<void> => {
  await call('DELETE', `/api/notifications/${id}/`, { keepalive });
};
