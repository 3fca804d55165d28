// What happened, told to every screen of every tab of this browser.

import type { Notification } from '../api/types';

export type News =
  | { kind: 'notification'; notification: Notification }
  | { kind: 'unread'; unread: number }
  /** A task changed or went away: whoever shows it asks for it again. */
  | { kind: 'task'; id: string }
  | { kind: 'mode'; mode: Mode }
  /** A new tab asks the one that leads how it is. */
  | { kind: 'how' }
  /** Something may have been missed: ask for everything again. */
  | { kind: 'resync' };

export type Mode = 'connecting' | 'live' | 'polling';
type Of<K extends News['kind']> = Extract<News, { kind: K }>;

const channel = new BroadcastChannel('docket.news');
const listeners = new Set<(news: News) => void>();

channel.onmessage = ({ data }: MessageEvent<News>) => hear(data);

function hear(news: News): void {
  for (const listener of [...listeners]) listener(news);
}

/** To this tab and to the others. */
export function tell(news: News): void {
  hear(news);
  channel.postMessage(news);
}

/** Returns what ends the listening, ready to be an effect's clean-up. */
export function on<K extends News['kind']>(kind: K, listener: (news: Of<K>) => void): () => void {
  const filtered = (news: News) => {
    if (news.kind === kind) listener(news as Of<K>);
  };
  listeners.add(filtered);
  return () => void listeners.delete(filtered);
}
