// The one door to the API: adds the token, reads problem+json, and turns a 401
// into a silent refresh (or a question to sign in again) and one more try.

import { Problem, problemFrom } from './problem';

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
  if (!reply.ok) throw await problemFrom(reply);
  return reply;
}

export async function call<T>(method: string, path: string, options: Options = {}): Promise<Reply<T>> {
  const reply = await send(method, path, options);
  // 204 has no body, nor has 202.
  const text = await reply.text();
  const data = (text ? JSON.parse(text) : undefined) as T;
  return { data, etag: reply.headers.get('ETag') };
}

export const get = async <T>(path: string, signal?: AbortSignal): Promise<T> =>
  (await call<T>('GET', path, signal ? { signal } : {})).data;

/** A query string of what is set; empty values are left out. */
export function query(params: Record<string, string | number | boolean | null | undefined>): string {
  const set = Object.entries(params).filter(([, v]) => v !== null && v !== undefined && v !== '');
  return set.length ? `?${new URLSearchParams(set.map(([k, v]) => [k, String(v)]))}` : '';
}

/** A page's `next` is a full URL; asking by path keeps to our own origin. */
export function pathOf(url: string): string {
  const { pathname, search } = new URL(url, location.origin);
  return pathname + search;
}

async function once(method: string, path: string, o: Options, token: string | null): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', ...o.headers };
  if (token) headers['Authorization'] = `Bearer ${token}`;
  if (o.body !== undefined) headers['Content-Type'] = 'application/json';
  if (o.ifMatch) headers['If-Match'] = o.ifMatch;
  try {
    return await fetch(path, {
      method,
      headers,
      body: o.body === undefined ? null : JSON.stringify(o.body),
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
