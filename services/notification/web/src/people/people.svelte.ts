// The people, as searched for, and changes to them.

import { say } from '../api/problem';
import { changePerson, deletePerson, people, resetTotp } from '../api/people';
import type { PeopleFilter } from '../api/people';
import type { Role, User } from '../api/types';
import { Pages } from '../ui/pages.svelte';
import { toasts } from '../ui/toasts.svelte';

const nameOf = (user: User): string => user.username ?? user.email;

export class PeopleRows extends Pages<User> {
  search = (filter: PeopleFilter): Promise<void> => this.load(() => people({ ...filter, limit: 50 }));

  async change(user: User, change: { role?: Role; is_active?: boolean }, done: string): Promise<void> {
    this.put({ ...user, ...change });
    try {
      this.put(await changePerson(user.id, change));
      const back = change.role ? { role: user.role } : { is_active: user.is_active };
      toasts.say(done, { label: 'Undo', run: () => void this.change({ ...user, ...change }, back, 'Taken back') });
    } catch (error) {
      this.put(user);
      toasts.fail(`${nameOf(user)} was not changed. ${say(error)}`);
    }
  }

  /** Throws what the dialog shows beside its field. */
  async rename(user: User, username: string | null): Promise<void> {
    this.put(await changePerson(user.id, { username }));
    toasts.say(`${nameOf(user)} is called ${username ?? user.email} now`);
  }

  async remove(user: User): Promise<void> {
    await deletePerson(user.id);
    this.drop(user.id);
    toasts.say(`${nameOf(user)} is deleted`);
  }

  async resetTotp(user: User): Promise<void> {
    try {
      await resetTotp(user.id);
      toasts.say(`${nameOf(user)} signs in with the password alone now`);
    } catch (error) {
      toasts.fail(say(error));
    }
  }
}
