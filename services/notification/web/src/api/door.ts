// Calls of the user service for whoever is not signed in: to register, and what the links of mails do.

import { ask } from './request';
import type { Registration, User } from './types';

export const register = (who: Registration): Promise<User> => ask('post', '/api/users/register/', { anonymous: true, body: who });

export const askReset = (email: string): Promise<void> =>
  ask('post', '/api/users/password-reset/', { anonymous: true, body: { email } });

export const confirmReset = (token: string, new_password: string): Promise<void> =>
  ask('post', '/api/users/password-reset/confirm/', { anonymous: true, body: { token, new_password } });

export const confirmEmail = (token: string): Promise<void> =>
  ask('post', '/api/users/email-verification/confirm/', { anonymous: true, body: { token } });

export const confirmEmailChange = (token: string): Promise<void> =>
  ask('post', '/api/users/email-change/confirm/', { anonymous: true, body: { token } });
