// How the parts do, seen from where the person is: each is asked for something small, and timed.

import { unreadCount } from '../api/notifications';
import { deliveries } from '../api/outlets';
import { say } from '../api/problem';
import { tasks } from '../api/tasks';
import { me } from '../api/users';
import type { Delivery } from '../api/types';

export interface Part {
  name: string;
  what: string;
  ask: () => Promise<unknown>;
}

export const parts: Part[] = [
  { name: 'Users', what: 'Signing in, people, sessions', ask: me },
  { name: 'Tasks', what: 'Board, list, history', ask: () => tasks({ limit: 1 }) },
  { name: 'Notifications', what: 'Inbox, reminders, mail, this page', ask: unreadCount },
];

export interface Answer {
  up: boolean;
  /** From asking to the answer, over the network, in milliseconds. */
  ms: number;
  problem: string;
}

export async function probe(part: Part): Promise<Answer> {
  const began = performance.now();
  const answer = (up: boolean, problem = ''): Answer => ({ up, ms: Math.round(performance.now() - began), problem });
  try {
    await part.ask();
    return answer(true);
  } catch (error) {
    return answer(false, say(error));
  }
}

/** How many deliveries are in a state; null if that cannot be said now. */
export async function howMany(status: Delivery['status']): Promise<number | null> {
  try {
    return (await deliveries({ status, limit: 1, count: true })).count ?? null;
  } catch {
    return null;
  }
}
