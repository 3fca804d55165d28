// The inbox by task: what happened to each, together, and done with together.

import { archiveAll, groups, moreGroups, readAll } from '../api/inbox';
import type { InboxState } from '../api/inbox';
import { say } from '../api/problem';
import type { NotificationGroup } from '../api/types';
import { on } from '../live/bus';
import { live } from '../live/live.svelte';
import { toasts } from '../ui/toasts.svelte';

/** What is about no task stands alone. */
export const keyOf = (group: NotificationGroup): string => group.task ?? group.latest.id;

export class InboxGroups {
  items = $state.raw<NotificationGroup[]>([]);
  next = $state<string | null>(null);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  problem = $state('');
  #state: InboxState = 'unread';
  #asked = 0;

  start(state: InboxState): () => void {
    this.#state = state;
    this.state = 'loading';
    void this.load();
    const offs = [on('notification', () => void this.load()), on('resync', () => void this.load())];
    return () => offs.forEach((off) => off());
  }

  async load(): Promise<void> {
    const asked = ++this.#asked;
    try {
      const page = await groups({ state: this.#state });
      if (asked === this.#asked) [this.items, this.next, this.state, this.problem] = [page.results, page.next, 'ready', ''];
    } catch (error) {
      if (asked === this.#asked) [this.state, this.problem] = ['failed', say(error)];
    }
  }

  async more(): Promise<void> {
    if (!this.next) return;
    try {
      const page = await moreGroups(this.next);
      [this.items, this.next] = [[...this.items, ...page.results], page.next];
    } catch (error) {
      toasts.fail(say(error));
    }
  }

  read = (group: NotificationGroup): Promise<void> => this.#done(group, 'marked as read', (task) => readAll(task));

  archive = (group: NotificationGroup): Promise<void> => this.#done(group, 'archived', (task) => archiveAll({ task }));

  async #done(group: NotificationGroup, what: string, work: (task: string) => Promise<number>): Promise<void> {
    if (!group.task) return;
    const before = this.items;
    this.items = before.filter((g) => g !== group);
    try {
      const updated = await work(group.task);
      toasts.say(`${updated} ${updated === 1 ? 'notification' : 'notifications'} ${what}`);
      void live.recount();
      void this.load();
    } catch (error) {
      this.items = before;
      toasts.fail(`Nothing was ${what}. ${say(error)}`);
    }
  }
}
