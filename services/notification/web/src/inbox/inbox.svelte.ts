// The inbox: pages of notifications, kept current, each change shown at once and with a way back.

import { archiveAll, deleteNotification, moreNotifications, notifications, readAll } from '../api/inbox';
import type { InboxFilter } from '../api/inbox';
import { changeNotification } from '../api/notifications';
import { say } from '../api/problem';
import type { Notification, NotificationChange } from '../api/types';
import { on } from '../live/bus';
import { live } from '../live/live.svelte';
import { toasts } from '../ui/toasts.svelte';
import { belongs, words } from './places';

/** A deleted notification never comes back, so the request waits for the undo. */
const UNDO_MS = 6_000;

export class InboxRows {
  items = $state.raw<Notification[]>([]);
  next = $state<string | null>(null);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  problem = $state('');
  #filter: InboxFilter = { state: 'unread' };
  #asked = 0;
  #heard = 0;
  #leaving = new Map<string, ReturnType<typeof setTimeout>>();

  start(filter: InboxFilter): () => void {
    this.#filter = filter;
    this.state = 'loading';
    void this.load();
    const flush = () => this.#flush();
    addEventListener('pagehide', flush);
    const offs = [on('notification', ({ notification }) => this.#came(notification)), on('resync', () => void this.load())];
    return () => {
      flush();
      removeEventListener('pagehide', flush);
      offs.forEach((off) => off());
    };
  }

  async load(): Promise<void> {
    const asked = ++this.#asked;
    const heard = this.#heard;
    try {
      const page = await notifications(this.#filter);
      if (asked !== this.#asked) return;
      if (heard !== this.#heard) return this.load(); // the answer may be older than what came meanwhile
      this.items = page.results.filter((n) => !this.#leaving.has(n.id));
      [this.next, this.state, this.problem] = [page.next, 'ready', ''];
    } catch (error) {
      if (asked === this.#asked) [this.state, this.problem] = ['failed', say(error)];
    }
  }

  async more(): Promise<void> {
    if (!this.next) return;
    try {
      const page = await moreNotifications(this.next);
      const known = new Set(this.items.map((n) => n.id));
      this.items = [...this.items, ...page.results.filter((n) => !known.has(n.id))];
      this.next = page.next;
    } catch (error) {
      toasts.fail(say(error));
    }
  }

  /** The row stays where it is, marked, until the next look: reading on is not disturbed. */
  async mark(row: Notification, is_read: boolean): Promise<void> {
    this.#put({ ...row, is_read });
    try {
      this.#put(await changeNotification(row.id, { is_read }));
      void live.recount();
    } catch (error) {
      this.#put(row);
      toasts.fail(`Not marked. ${say(error)}`);
    }
  }

  /** Snoozed or archived, and back: it leaves this list at once, and says how to undo it. */
  async put(row: Notification, change: NotificationChange): Promise<void> {
    const before = this.items;
    this.items = before.filter((n) => n.id !== row.id);
    try {
      const moved = await changeNotification(row.id, change);
      if (belongs(moved, this.#filter.state)) void this.load();
      void live.recount();
      const back: NotificationChange = 'archived' in change ? { archived: row.archived } : { snoozed_until: row.snoozed_until };
      toasts.say(words(moved), { label: 'Undo', run: () => void this.#back(row, back) });
    } catch (error) {
      this.items = before;
      toasts.fail(`The notification is still here. ${say(error)}`);
    }
  }

  async all(): Promise<void> {
    const before = this.items;
    this.items = before.map((n) => ({ ...n, is_read: true }));
    try {
      const updated = await readAll();
      toasts.say(updated === 1 ? '1 notification marked as read' : `${updated} notifications marked as read`);
      void live.recount();
      void this.load();
    } catch (error) {
      this.items = before;
      toasts.fail(`Not marked. ${say(error)}`);
    }
  }

  async archiveRead(): Promise<void> {
    try {
      const updated = await archiveAll({ state: 'read' });
      toasts.say(updated === 1 ? '1 notification archived' : `${updated} notifications archived`);
      void this.load();
    } catch (error) {
      toasts.fail(`Nothing was archived. ${say(error)}`);
    }
  }

  remove(row: Notification): void {
    const before = this.items;
    this.items = before.filter((n) => n.id !== row.id);
    this.#leaving.set(row.id, setTimeout(() => void this.#delete(row.id), UNDO_MS));
    toasts.say('Notification deleted', {
      label: 'Undo',
      run: () => {
        clearTimeout(this.#leaving.get(row.id));
        if (this.#leaving.delete(row.id)) void this.load();
      },
    });
  }

  async #back(row: Notification, change: NotificationChange): Promise<void> {
    try {
      await changeNotification(row.id, change);
      void live.recount();
      void this.load();
    } catch (error) {
      toasts.fail(`It could not be taken back. ${say(error)}`);
    }
  }

  async #delete(id: string, keepalive = false): Promise<void> {
    clearTimeout(this.#leaving.get(id));
    this.#leaving.delete(id);
    try {
      await deleteNotification(id, keepalive);
      if (!keepalive) void live.recount();
    } catch (error) {
      toasts.fail(`The notification is still there. ${say(error)}`);
    }
  }

  #flush(): void {
    for (const id of [...this.#leaving.keys()]) void this.#delete(id, true);
  }

  /** What comes in is unread; it may have been here before, snoozed. */
  #came(row: Notification): void {
    this.#heard++;
    if (!belongs(row, this.#filter.state)) return;
    this.items = [row, ...this.items.filter((n) => n.id !== row.id)];
  }

  #put(row: Notification): void {
    this.items = this.items.map((n) => (n.id === row.id ? row : n));
  }
}
