// Calls of the user service about how I prove who I am: the second factor and the tokens of my programs.

import { ask } from './request';
import type { CreatedToken, NewToken, PersonalToken, RecoveryCodes, Totp, TotpSecret } from './types';

export const totp = (): Promise<Totp> => ask('get', '/api/users/me/totp/', {});

export const enrolTotp = (current_password: string): Promise<TotpSecret> => ask('post', '/api/users/me/totp/', { body: { current_password } });

export const confirmTotp = (code: string): Promise<RecoveryCodes> => ask('post', '/api/users/me/totp/confirm/', { body: { code } });

export const renewRecoveryCodes = (current_password: string, code: string): Promise<RecoveryCodes> =>
  ask('post', '/api/users/me/totp/recovery-codes/', { body: { current_password, code } });

export const disableTotp = (current_password: string, code: string): Promise<void> =>
  ask('delete', '/api/users/me/totp/', { body: { current_password, code } });

export const tokens = async (): Promise<PersonalToken[]> => (await ask('get', '/api/users/me/tokens/', { query: { limit: 100 } })).results;

/** The answer is the only one that ever holds the token itself. The key makes a repeated click create one. */
export const createToken = (token: NewToken, key: string): Promise<CreatedToken> =>
  ask('post', '/api/users/me/tokens/', { body: token, headers: { 'Idempotency-Key': key } });

export const revokeToken = (id: string): Promise<void> => ask('delete', '/api/users/me/tokens/{id}/', { path: { id } });
