// Calls of the user service.

import { follow } from './http';
import { ask } from './request';
import type { AuditAction, AuditEntry, MyChange, Page, Registration, Role, Session, SignedIn, Tokens, User, UserChange } from './types';

export const login = (email: string, password: string, otp?: string): Promise<SignedIn> =>
  ask('post', '/api/users/login/', { anonymous: true, cookie: true, body: { email, password, session: 'cookie', ...(otp ? { otp } : {}) } });

export const register = (who: Registration): Promise<User> => ask('post', '/api/users/register/', { anonymous: true, body: who });

export const refresh = (): Promise<Tokens> => ask('post', '/api/users/token/refresh/', { anonymous: true, cookie: true, body: {} });

export const logout = (): Promise<void> =>
  ask('post', '/api/users/logout/', { anonymous: true, cookie: true, body: {}, keepalive: true });

export const askReset = (email: string): Promise<void> =>
  ask('post', '/api/users/password-reset/', { anonymous: true, body: { email } });

export const confirmReset = (token: string, new_password: string): Promise<void> =>
  ask('post', '/api/users/password-reset/confirm/', { anonymous: true, body: { token, new_password } });

export const confirmEmail = (token: string): Promise<void> =>
  ask('post', '/api/users/email-verification/confirm/', { anonymous: true, body: { token } });

export const confirmEmailChange = (token: string): Promise<void> =>
  ask('post', '/api/users/email-change/confirm/', { anonymous: true, body: { token } });

export const me = (): Promise<User> => ask('get', '/api/users/me/', {});

export const changeMe = (change: MyChange): Promise<User> => ask('patch', '/api/users/me/', { body: change });

/** Mails the link that proves the address once more. */
export const verifyEmail = (): Promise<void> => ask('post', '/api/users/me/email-verification/', {});

export const changePassword = (current_password: string, new_password: string): Promise<void> =>
  ask('post', '/api/users/me/password/', { body: { current_password, new_password } });

export const sessions = async (): Promise<Session[]> => (await ask('get', '/api/users/me/sessions/', { query: { limit: 100 } })).results;

export const endSession = (id: string): Promise<void> => ask('delete', '/api/users/me/sessions/{id}/', { path: { id } });

export interface PeopleFilter {
  q?: string;
  role?: Role;
  is_active?: boolean;
  limit?: number;
}

export const people = (filter: PeopleFilter, signal?: AbortSignal): Promise<Page<User>> =>
  ask('get', '/api/users/', { query: filter, ...(signal ? { signal } : {}) });

export const morePeople = (next: string): Promise<Page<User>> => follow(next);

export const person = (id: string): Promise<User> => ask('get', '/api/users/{id}/', { path: { id } });

export const changePerson = (id: string, change: UserChange): Promise<User> =>
  ask('patch', '/api/users/{id}/', { path: { id }, body: change });

export const deletePerson = (id: string): Promise<void> => ask('delete', '/api/users/{id}/', { path: { id } });

/** For someone who lost their device: an admin turns the second factor off. */
export const resetTotp = (id: string): Promise<void> => ask('delete', '/api/users/{id}/totp/', { path: { id } });

export interface AuditFilter {
  action?: AuditAction;
  actor?: string;
  target?: string;
  since?: string;
  until?: string;
}

export const audit = (filter: AuditFilter, signal?: AbortSignal): Promise<Page<AuditEntry>> =>
  ask('get', '/api/users/audit/', { query: { ...filter, limit: 50 }, ...(signal ? { signal } : {}) });
