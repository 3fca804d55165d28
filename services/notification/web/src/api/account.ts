// Calls of the user service about myself.

import { ask } from './request';
import type { MyChange, Session, User } from './types';

export const changeMe = (change: MyChange): Promise<User> => ask('patch', '/api/users/me/', { body: change });

/** Mails the link that proves the address once more. */
export const verifyEmail = (): Promise<void> => ask('post', '/api/users/me/email-verification/', {});

export const changePassword = (current_password: string, new_password: string): Promise<void> =>
  ask('post', '/api/users/me/password/', { body: { current_password, new_password } });

export const sessions = async (): Promise<Session[]> => (await ask('get', '/api/users/me/sessions/', { query: { limit: 100 } })).results;

export const endSession = (id: string): Promise<void> => ask('delete', '/api/users/me/sessions/{id}/', { path: { id } });
