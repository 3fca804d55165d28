// Calls of the user service about everybody, most of them for administrators.

import { ask } from './request';
import type { AuditAction, AuditEntry, Page, Role, User, UserChange } from './types';

export interface PeopleFilter {
  q?: string;
  role?: Role;
  is_active?: boolean;
  limit?: number;
}

export const people = (filter: PeopleFilter, signal?: AbortSignal): Promise<Page<User>> =>
  ask('get', '/api/users/', { query: filter, ...(signal ? { signal } : {}) });

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
