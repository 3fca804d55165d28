// The access token: in memory only, renewed by one request per browser at a
// time, however many calls and tabs find it spent.

import { Problem } from '../api/problem';
import { refresh } from '../api/users';
import type { Tokens } from '../api/types';
import { alone } from './lock';
import { isKept, markGone, markKept } from './kept';

interface Access {
  token: string;
  /** Milliseconds since the epoch, by this machine's clock. */
  until: number;
}

/** A token this close to its end is renewed before it is used. */
const MARGIN_MS = 15_000;

const channel = new BroadcastChannel('docket.tokens');
let access: Access | null = null;
let flight: Promise<string> | null = null;

channel.onmessage = ({ data }: MessageEvent<Access>) => {
  access = data;
};

export function adopt(tokens: Tokens): void {
  access = { token: tokens.access, until: Date.now() + tokens.expires_in * 1000 };
  markKept();
  channel.postMessage(access);
}

export function forget(): void {
  access = null;
  markGone();
}

export function usable(): string | null {
  return access && access.until - MARGIN_MS > Date.now() ? access.token : null;
}

/** A token other than `spent`. Throws a 401 Problem when only signing in again helps. */
export function renew(spent: string | null): Promise<string> {
  flight ??= alone('docket.refresh', () => exchange(spent)).finally(() => {
    flight = null;
  });
  return flight;
}

async function exchange(spent: string | null): Promise<string> {
  const other = usable();
  if (other && other !== spent) return other; // another tab was here first
  if (!isKept()) throw new Problem(401);
  try {
    const tokens = await refresh();
    adopt(tokens);
    return tokens.access;
  } catch (error) {
    if (error instanceof Problem && (error.status === 401 || error.status === 422)) {
      forget();
      throw new Problem(401, error.details);
    }
    throw error;
  }
}
