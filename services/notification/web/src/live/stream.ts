// One connection to the notification stream, from opening to its end.

import { send } from '../api/http';
import { EventReader } from './events';
import type { ServerEvent } from './events';

/** The server comments every 15 s; silence this long means a dead connection. */
const SILENCE_MS = 40_000;

export interface Listener {
  onOpen(): void;
  onEvent(event: ServerEvent): void;
}

/** Resolves when the server ends the stream; rejects when it cannot be had. */
export async function follow(listener: Listener, lastId: string | null, signal: AbortSignal): Promise<void> {
  const quiet = new AbortController();
  const stop = () => quiet.abort();
  signal.addEventListener('abort', stop);
  let watchdog = setTimeout(stop, SILENCE_MS);
  try {
    const headers: Record<string, string> = { Accept: 'text/event-stream' };
    if (lastId) headers['Last-Event-ID'] = lastId;
    const reply = await send('GET', '/api/notifications/stream/', { headers, signal: quiet.signal });
    if (!reply.body) return;
    listener.onOpen();
    const reader = new EventReader((event) => listener.onEvent(event));
    const chunks = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await chunks.read();
      if (done) return;
      clearTimeout(watchdog);
      watchdog = setTimeout(stop, SILENCE_MS);
      reader.push(value);
    }
  } finally {
    clearTimeout(watchdog);
    signal.removeEventListener('abort', stop);
  }
}
