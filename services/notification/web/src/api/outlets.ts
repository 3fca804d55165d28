// Calls of the notification service about where it goes beside the inbox: feeds, webhooks, mail, and the log of them.

import { follow } from './http';
import { ask } from './request';
import type { Delivery, Feed, FeedKind, NewWebhook, Page, Webhook, WebhookChange, WebhookDelivery, WebhookWithSecret } from './types';

export const feeds = async (): Promise<Feed[]> => (await ask('get', '/api/notifications/feeds/', {})).results;

/** The answer is the only one that ever holds the secret address. */
export const createFeed = (kind: FeedKind): Promise<{ id: string; url: string }> => ask('post', '/api/notifications/feeds/', { body: { kind } });

export const deleteFeed = (id: string): Promise<void> => ask('delete', '/api/notifications/feeds/{id}/', { path: { id } });

export const webhooks = async (): Promise<Webhook[]> => (await ask('get', '/api/notifications/webhooks/', { query: { limit: 100 } })).results;

export const createWebhook = (webhook: NewWebhook, key: string): Promise<WebhookWithSecret> =>
  ask('post', '/api/notifications/webhooks/', { body: webhook, headers: { 'Idempotency-Key': key } });

export const changeWebhook = (id: string, change: WebhookChange): Promise<Webhook> =>
  ask('patch', '/api/notifications/webhooks/{id}/', { path: { id }, body: change });

export const deleteWebhook = (id: string): Promise<void> => ask('delete', '/api/notifications/webhooks/{id}/', { path: { id } });

export const rotateSecret = (id: string): Promise<WebhookWithSecret> =>
  ask('post', '/api/notifications/webhooks/{id}/rotate-secret/', { path: { id } });

export const testWebhook = (id: string): Promise<WebhookDelivery> => ask('post', '/api/notifications/webhooks/{id}/test/', { path: { id } });

export const webhookDeliveries = async (id: string): Promise<WebhookDelivery[]> =>
  (await ask('get', '/api/notifications/webhooks/{id}/deliveries/', { path: { id }, query: { limit: 10 } })).results;

export const redeliver = (id: string): Promise<WebhookDelivery> =>
  ask('post', '/api/notifications/webhooks/deliveries/{id}/redeliver/', { path: { id } });

export interface DeliveryFilter {
  status?: Delivery['status'];
  channel?: Delivery['channel'];
  user?: string;
  limit?: number;
  count?: boolean;
}

export const deliveries = (filter: DeliveryFilter): Promise<Page<Delivery>> =>
  ask('get', '/api/notifications/deliveries/', { query: { limit: 50, ...filter } });

export const moreDeliveries = (next: string): Promise<Page<Delivery>> => follow(next);

export const retryDelivery = (id: string): Promise<Delivery> => ask('post', '/api/notifications/deliveries/{id}/retry/', { path: { id } });

/** Sends a mail to myself. */
export const testMail = (): Promise<Delivery> => ask('post', '/api/notifications/test-mail/', {});
