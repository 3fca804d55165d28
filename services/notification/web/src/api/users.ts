// Calls of the user service.

import { call, get, pathOf, query } from './http';
import type { Page, Role, Session, SignedIn, Tokens, User } from './types';

export interface Registration {
  email: string;
  password: string;
  username?: string;
  timezone?: string;
}

export const login = async (email: string, password: string): Promise<SignedIn> =>
  (await call<SignedIn>('POST', '/api/users/login/', { anonymous: true, cookie: true, body: { email, password, session: 'cookie' } })).data;

export const register = async (who: Registration): Promise<User> =>
  (await call<User>('POST', '/api/users/register/', { anonymous: true, body: who })).data;

export const refresh = async (): Promise<Tokens> =>
  (await call<Tokens>('POST', '/api/users/token/refresh/', { anonymous: true, cookie: true, body: {} })).data;

export const logout = async (): Promise<void> => {
  await call('POST', '/api/users/logout/', { anonymous: true, cookie: true, body: {}, keepalive: true });
};

export const askReset = async (email: string): Promise<void> => {
  await call('POST', '/api/users/password-reset/', { anonymous: true, body: { email } });
};

export const confirmReset = async (token: string, new_password: string): Promise<void> => {
  await call('POST', '/api/users/password-reset/confirm/', { anonymous: true, body: { token, new_password } });
};

export const me = (): Promise<User> => get<User>('/api/users/me/');

export type MyChange = { username?: string | null; timezone?: string; email?: string; current_password?: string };

export const changeMe = async (change: MyChange): Promise<User> =>
  (await call<User>('PATCH', '/api/users/me/', { body: change })).data;

export const changePassword = async (current_password: string, new_password: string): Promise<void> => {
  await call('POST', '/api/users/me/password/', { body: { current_password, new_password } });
};

export const sessions = async (): Promise<Session[]> => (await get<Page<Session>>('/api/users/me/sessions/?limit=100')).results;

export const endSession = async (id: string): Promise<void> => {
  await call('DELETE', `/api/users/me/sessions/${id}/`);
};

export interface PeopleFilter {
  q?: string;
  role?: Role | '';
  is_active?: '' | 'true' | 'false';
  limit?: number;
}

export const people = (filter: PeopleFilter, signal?: AbortSignal): Promise<Page<User>> =>
  get<Page<User>>(`/api/users/${query({ ...filter })}`, signal);

export const morePeople = (next: string): Promise<Page<User>> => get<Page<User>>(pathOf(next));

export const changePerson = async (id: string, change: { role?: Role; is_active?: boolean }): Promise<User> =>
  (await call<User>('PATCH', `/api/users/${id}/`, { body: change })).data;
