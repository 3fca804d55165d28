// Calls of the task service.

import { follow } from './http';
import type { Reply } from './http';
import { ask, query, request } from './request';
import type { BulkOperation, BulkResults, HistoryEntry, Page, Task, TaskFields } from './types';

export interface TaskFilter {
  status?: string;
  priority?: string;
  assigned_to?: string;
  due_before?: string;
  due_after?: string;
  overdue?: boolean;
  q?: string;
  ordering?: string;
  deleted?: boolean;
  count?: boolean;
  limit?: number;
}

export const tasks = (filter: TaskFilter, signal?: AbortSignal): Promise<Page<Task>> =>
  ask('get', '/api/tasks/', { query: filter as object, ...(signal ? { signal } : {}) });

export const moreTasks = (next: string, signal?: AbortSignal): Promise<Page<Task>> => follow(next, signal);

/** One task with the ETag an edit of it is based on. */
export const task = (id: string, signal?: AbortSignal): Promise<Reply<Task>> =>
  request('get', '/api/tasks/{id}/', { path: { id }, ...(signal ? { signal } : {}) });

/** The key makes a repeated click, or a retry after a lost reply, create one task. */
export const createTask = (fields: TaskFields & { title: string }, key: string): Promise<Task> =>
  ask('post', '/api/tasks/', { body: fields, headers: { 'Idempotency-Key': key } });

export const changeTask = (id: string, fields: TaskFields, ifMatch?: string | null): Promise<Reply<Task>> =>
  request('patch', '/api/tasks/{id}/', { path: { id }, body: fields, ifMatch: ifMatch ?? null });

export const deleteTask = (id: string): Promise<void> => ask('delete', '/api/tasks/{id}/', { path: { id } });

export const restoreTask = (id: string): Promise<Task> => ask('post', '/api/tasks/{id}/restore/', { path: { id } });

export const history = (id: string, next?: string | null): Promise<Page<HistoryEntry>> =>
  next ? follow(next) : ask('get', '/api/tasks/{id}/history/', { path: { id } });

/** Each operation by itself: one that is refused does not hold up the others. */
export const bulk = (operations: BulkOperation[], key: string): Promise<BulkResults> =>
  ask('post', '/api/tasks/bulk/', { body: { mode: 'independent', operations }, headers: { 'Idempotency-Key': key } });

export const queryOf = (filter: TaskFilter): string => query({ ...filter });
