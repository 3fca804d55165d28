// The one door to the API: adds the token, reads problem+json, and turns a 401
// into a silent refresh (or a question to sign in again) and one more try.

import { Problem, problemFrom } from './problem';
import type { Page } from './types';

/** Where tokens come from; the session module installs itself here at start. */
export interface TokenSource {
  current(): Promise<string>;
  /** A token other than the spent one; waits for a new sign-in if it must. */
  renew(spent: string): Promise<string>;
}

let tokens: TokenSource | null = null;

export function useTokens(source: TokenSource): void {
  tokens = source;
}

export interface Options {
  body?: unknown;
  /** Sent as it is, under this media type, instead of a JSON body. */
  file?: { type: string; content: Blob };
  /** The strong ETag the change is based on; a newer one answers 412. */
  ifMatch?: string | null;
  /** Sign-in, register and reset go without a token. */
  anonymous?: boolean;
  /** The three calls of a session hand in, or are given, its cookie; all others go without. */
  cookie?: boolean;
  signal?: AbortSignal;
  /** Lets a last request outlive the page. */
  keepalive?: boolean;
  headers?: Record<string, string>;
}

export interface Reply<T> {
  data: T;
  etag: string | null;
}

/** Sends and hands back the raw reply; only 2xx gets out of here. */
export async function send(method: string, path: string, options: Options = {}): Promise<Response> {
  const source = options.anonymous ? null : tokens;
  let token = source ? await source.current() : null;
  let reply = await once(method, path, options, token);
  if (reply.status === 401 && source && token) {
    token = await source.renew(token);
    reply = await once(method, path, options, token);
  }
  // Where every write has to name a version, those that are meant for whichever there is say so.
  if (reply.status === 428) reply = await once(method, path, { ...options, ifMatch: '*' }, token);
  if (!reply.ok) throw await problemFrom(reply, path);
  return reply;
}

export async function call<T>(method: string, path: string, options: Options = {}): Promise<Reply<T>> {
  const reply = await send(method, path, options);
  // 204 has no body, nor has 202.
  const text = await reply.text();
  const data = (text ? JSON.parse(text) : undefined) as T;
  return { data, etag: reply.headers.get('ETag') };
}

/** A page's `next` is a full URL; asking by path keeps to our own origin. */
export function pathOf(url: string): string {
  const { pathname, search } = new URL(url, location.origin);
  return pathname + search;
}

/** The page of a list that a `next` leads to. */
export const follow = async <T>(next: string, signal?: AbortSignal): Promise<Page<T>> =>
  (await call<Page<T>>('GET', pathOf(next), signal ? { signal } : {})).data;

async function once(method: string, path: string, o: Options, token: string | null): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', ...o.headers };
  if (token) headers['Authorization'] = `Bearer ${token}`;
  if (o.file) headers['Content-Type'] = o.file.type;
  else if (o.body !== undefined) headers['Content-Type'] = 'application/json';
  if (o.ifMatch) headers['If-Match'] = o.ifMatch;
  try {
    return await fetch(path, {
      method,
      headers,
      body: o.file?.content ?? (o.body === undefined ? null : JSON.stringify(o.body)),
      signal: o.signal ?? null,
      keepalive: o.keepalive ?? false,
      cache: 'no-store',
      credentials: o.cookie ? 'same-origin' : 'omit',
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Problem(0);
  }
}
