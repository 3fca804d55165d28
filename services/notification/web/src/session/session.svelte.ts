// Who is signed in, for the whole page. A session that ends in mid-edit does not
// throw the screen away: `expired` opens a dialog over it, and the requests that
// ran into the 401 wait here until it is answered.

import { useTokens } from '../api/http';
import { Problem } from '../api/problem';
import * as api from '../api/users';
import type { User } from '../api/types';
import { adopt, forget, renew, usable } from './tokens';
import { isKept } from './kept';
import { knownZone } from '../time/zone';

type Phase = 'starting' | 'out' | 'in' | 'unreachable';
type Word = { said: 'in'; id: string } | { said: 'out' };

class Session {
  phase = $state<Phase>('starting');
  me = $state<User | null>(null);
  expired = $state(false);

  #waiting: { resolve: (token: string) => void; reject: (error: Problem) => void }[] = [];
  #channel = new BroadcastChannel('docket.session');

  constructor() {
    useTokens({ current: async () => usable() ?? this.#renewed(null), renew: (spent) => this.#renewed(spent) });
    this.#channel.onmessage = ({ data }: MessageEvent<Word>) => void this.#heard(data);
  }

  get admin(): boolean {
    return this.me?.role === 'admin';
  }

  get zone(): string {
    return knownZone(this.me?.timezone);
  }

  /** Called once at start, and again by "Try again" after an outage. */
  async start(): Promise<void> {
    if (!isKept()) {
      this.phase = 'out';
      return;
    }
    this.phase = 'starting';
    try {
      await renew(null);
      this.me = await api.me();
      this.phase = 'in';
    } catch (error) {
      const over = error instanceof Problem && error.status === 401;
      this.phase = over ? 'out' : 'unreachable';
    }
  }

  async signIn(email: string, password: string): Promise<void> {
    const tokens = await api.login(email, password);
    adopt(tokens);
    const same = this.me?.id === tokens.id;
    if (this.expired && !same) return location.assign('/');
    if (!same) this.me = await api.me();
    this.expired = false;
    this.phase = 'in';
    this.#answer(tokens.access);
    this.#channel.postMessage({ said: 'in', id: tokens.id } satisfies Word);
  }

  async signOut(): Promise<void> {
    const kept = isKept();
    this.#left();
    this.#channel.postMessage({ said: 'out' } satisfies Word);
    // Locally it is over whatever the server says; it takes its cookie back.
    if (kept) await api.logout().catch(() => undefined);
  }

  async #renewed(spent: string | null): Promise<string> {
    try {
      return await renew(spent);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401 || this.phase !== 'in') throw error;
      this.expired = true;
      return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
    }
  }

  async #heard(word: Word): Promise<void> {
    if (word.said === 'out') return this.#left();
    if (this.me && this.me.id !== word.id) return location.assign('/');
    if (this.phase !== 'in') return this.start();
    const token = usable();
    if (this.expired && token) {
      this.expired = false;
      this.#answer(token);
    }
  }

  #answer(token: string): void {
    for (const one of this.#waiting.splice(0)) one.resolve(token);
  }

  #left(): void {
    forget();
    this.phase = 'out';
    this.me = null;
    this.expired = false;
    for (const one of this.#waiting.splice(0)) one.reject(new Problem(401));
  }
}

export const session = new Session();
