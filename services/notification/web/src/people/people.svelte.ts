// The people, as searched for, and changes to them.

import { say } from '../api/problem';
import { changePerson, morePeople, people } from '../api/users';
import type { PeopleFilter } from '../api/users';
import type { Role, User } from '../api/types';
import { toasts } from '../ui/toasts.svelte';

export class PeopleRows {
  items = $state.raw<User[]>([]);
  next = $state<string | null>(null);
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  problem = $state('');
  #asked = 0;

  async load(filter: PeopleFilter): Promise<void> {
    const asked = ++this.#asked;
    try {
      const page = await people({ ...filter, limit: 50 });
      if (asked !== this.#asked) return;
      [this.items, this.next, this.state] = [page.results, page.next, 'ready'];
    } catch (error) {
      if (asked === this.#asked) [this.state, this.problem] = ['failed', say(error)];
    }
  }

  async more(): Promise<void> {
    if (!this.next) return;
    try {
      const page = await morePeople(this.next);
      [this.items, this.next] = [[...this.items, ...page.results], page.next];
    } catch (error) {
      toasts.fail(say(error));
    }
  }

  async change(user: User, change: { role?: Role; is_active?: boolean }, done: string): Promise<void> {
    this.#put({ ...user, ...change });
    try {
      this.#put(await changePerson(user.id, change));
      const back = change.role ? { role: user.role } : { is_active: user.is_active };
      toasts.say(done, { label: 'Undo', run: () => void this.change({ ...user, ...change }, back, 'Taken back') });
    } catch (error) {
      this.#put(user);
      toasts.fail(`${user.username ?? user.email} was not changed. ${say(error)}`);
    }
  }

  #put(user: User): void {
    this.items = this.items.map((u) => (u.id === user.id ? user : u));
  }
}
