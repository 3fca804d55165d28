// Calls of the task service.

import { call, get, pathOf, query } from './http';
import type { Reply } from './http';
import type { HistoryEntry, Page, Task, TaskFields } from './types';

export interface TaskFilter {
  status?: string;
  priority?: string;
  assigned_to?: string;
  due_before?: string;
  due_after?: string;
  overdue?: boolean | undefined;
  q?: string;
  ordering?: string;
  deleted?: boolean;
  count?: boolean;
  limit?: number;
}

export const tasks = (filter: TaskFilter, signal?: AbortSignal): Promise<Page<Task>> =>
  get<Page<Task>>(`/api/tasks/${query({ ...filter })}`, signal);

export const moreTasks = (next: string, signal?: AbortSignal): Promise<Page<Task>> => get<Page<Task>>(pathOf(next), signal);

/** One task with the ETag an edit of it is based on. */
export const task = (id: string, signal?: AbortSignal): Promise<Reply<Task>> =>
  call<Task>('GET', `/api/tasks/${id}/`, signal ? { signal } : {});

/** The key makes a repeated click, or a retry after a lost reply, create one task. */
export const createTask = async (fields: TaskFields, key: string): Promise<Task> =>
  (await call<Task>('POST', '/api/tasks/', { body: fields, headers: { 'Idempotency-Key': key } })).data;

export const changeTask = (id: string, fields: TaskFields, ifMatch?: string | null): Promise<Reply<Task>> =>
  call<Task>('PATCH', `/api/tasks/${id}/`, { body: fields, ifMatch: ifMatch ?? null });

export const deleteTask = async (id: string): Promise<void> => {
  await call('DELETE', `/api/tasks/${id}/`);
};

export const restoreTask = async (id: string): Promise<Task> =>
  (await call<Task>('POST', `/api/tasks/${id}/restore/`)).data;

export const history = (id: string, next?: string | null): Promise<Page<HistoryEntry>> =>
  get<Page<HistoryEntry>>(next ? pathOf(next) : `/api/tasks/${id}/history/`);
