// Keeps the page current: the leading tab follows the stream and tells the
// others; without a stream it asks for the count every 15 s and tries again.

import { unreadCount } from '../api/notifications';
import { Problem } from '../api/problem';
import type { Notification } from '../api/types';
import { on, tell } from './bus';
import type { Mode } from './bus';
import type { ServerEvent } from './events';
import { lead } from './leader';
import { follow } from './stream';

const POLL_MS = 15_000;
/** Polls between two tries to get the stream back. */
const POLLS_PER_TRY = 2;

class Live {
  mode = $state<Mode>('connecting');
  /** Null until known, or while the notification service does not answer. */
  unread = $state<number | null>(null);
  #lastId: string | null = null;
  #leads = false;

  /** Returns what stops it. */
  start(): () => void {
    const stop = new AbortController();
    const offs = [
      on('unread', ({ unread }) => (this.unread = unread)),
      on('mode', ({ mode }) => (this.mode = mode)),
      on('how', () => this.#leads && tell({ kind: 'mode', mode: this.mode })),
      onReturn(() => tell({ kind: 'resync' })),
      on('resync', () => void this.count()),
    ];
    tell({ kind: 'how' });
    void this.count();
    void lead('docket.stream', (signal) => this.#keep(signal), stop.signal);
    return () => {
      stop.abort();
      offs.forEach((off) => off());
      this.unread = null;
      this.#lastId = null;
      this.#leads = false;
      this.mode = 'connecting';
    };
  }

  async count(): Promise<void> {
    try {
      this.unread = await unreadCount();
    } catch {
      this.unread = null; // the badge goes; the inbox says what is wrong
    }
  }

  /** After a change of mine: the stream says the new count by itself; without one it is asked for. */
  async recount(): Promise<void> {
    if (this.mode === 'live') return;
    await this.count();
    if (this.unread !== null) tell({ kind: 'unread', unread: this.unread });
  }

  async #keep(signal: AbortSignal): Promise<void> {
    this.#leads = true;
    while (!signal.aborted) {
      let refused = false;
      try {
        await follow({ onOpen: () => this.#opened(), onEvent: (event) => this.#event(event) }, this.#lastId, signal);
      } catch (error) {
        refused = error instanceof Problem;
      }
      if (signal.aborted) return;
      if (refused) await this.#poll(signal);
      else await pause(500 + Math.random() * 1500, signal);
    }
  }

  #opened(): void {
    tell({ kind: 'mode', mode: 'live' });
    // Also the first time: the screens asked before the stream began to tell.
    tell({ kind: 'resync' });
  }

  #event(event: ServerEvent): void {
    if (event.id) this.#lastId = event.id;
    const data: unknown = JSON.parse(event.data);
    if (event.type === 'unread') tell({ kind: 'unread', unread: (data as { unread: number }).unread });
    if (event.type === 'task') {
      const { id } = data as { id: string | null };
      tell(id === null ? { kind: 'resync' } : { kind: 'task', id });
    }
    if (event.type !== 'notification') return;
    const notification = data as Notification;
    tell({ kind: 'notification', notification });
    if (notification.task) tell({ kind: 'task', id: notification.task });
  }

  async #poll(signal: AbortSignal): Promise<void> {
    tell({ kind: 'mode', mode: 'polling' });
    for (let i = 0; i < POLLS_PER_TRY && !signal.aborted; i++) {
      await pause(POLL_MS, signal);
      if (signal.aborted) return;
      const before = this.unread;
      await this.count();
      if (this.unread !== null) tell({ kind: 'unread', unread: this.unread });
      if (this.unread !== before) tell({ kind: 'resync' });
    }
  }
}

export const live = new Live();

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}

/** A tab that was hidden for a minute comes back to things it did not see. */
function onReturn(then: () => void): () => void {
  let left = 0;
  const changed = () => {
    if (document.hidden) left = Date.now();
    else if (left && Date.now() - left > 60_000) then();
  };
  document.addEventListener('visibilitychange', changed);
  return () => document.removeEventListener('visibilitychange', changed);
}
