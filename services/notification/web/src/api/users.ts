// The calls of a session. What else the user service does is in door, account and people, for the screens that need it.

import { ask } from './request';
import type { SignedIn, Tokens, User } from './types';

export const login = (email: string, password: string, otp?: string): Promise<SignedIn> =>
  ask('post', '/api/users/login/', { anonymous: true, cookie: true, body: { email, password, session: 'cookie', ...(otp ? { otp } : {}) } });

export const refresh = (): Promise<Tokens> => ask('post', '/api/users/token/refresh/', { anonymous: true, cookie: true, body: {} });

export const logout = (): Promise<void> =>
  ask('post', '/api/users/logout/', { anonymous: true, cookie: true, body: {}, keepalive: true });

export const me = (): Promise<User> => ask('get', '/api/users/me/', {});
