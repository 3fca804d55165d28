// Tasks in and out as files. Both work through a 16 MiB file while the person sees how far it is.

import { send } from './http';
import { ask, query } from './request';
import type { TaskFilter } from './tasks';
import type { Import } from './types';

export type Format = 'csv' | 'jsonl';

const TYPES: Record<Format, string> = { csv: 'text/csv', jsonl: 'application/x-ndjson' };

/** Begins an import, or, dry, checks every line of the file and creates nothing. Large files answer before they are done. */
export async function startImport(file: Blob, format: Format, dry_run: boolean, key: string): Promise<Import> {
  const search = query({ dry_run: dry_run || undefined });
  const reply = await send('POST', `/api/tasks/import/${search}`, {
    file: { type: TYPES[format], content: file },
    headers: { 'Idempotency-Key': key },
  });
  return (await reply.json()) as Import;
}

export const importState = (id: string): Promise<Import> => ask('get', '/api/tasks/imports/{id}/', { path: { id } });

/** The tasks that fit a filter, as a file. `onProgress` is told the bytes that have come. */
export async function exportTasks(filter: TaskFilter, format: Format, onProgress: (bytes: number) => void, signal: AbortSignal): Promise<Blob> {
  const { ordering: _, limit: __, count: ___, ...kept } = filter;
  const reply = await send('GET', `/api/tasks/export/${query({ ...kept, format })}`, { headers: { Accept: '*/*' }, signal });
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const reader = (reply.body as ReadableStream<Uint8Array<ArrayBuffer>>).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(chunks, { type: reply.headers.get('Content-Type') ?? TYPES[format] });
    chunks.push(value);
    onProgress((bytes += value.length));
  }
}
