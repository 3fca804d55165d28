// A request that the API document knows: method, path, query, body and answer are all checked against the generated
// `schema.d.ts`, so that a call that the API would refuse does not compile.

import { call } from './http';
import type { Options, Reply } from './http';
import type { paths } from './schema';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Operation<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]>;
/** The paths that know a method. */
type PathOf<M extends Method> = { [P in keyof paths]: [Operation<P, M>] extends [never] ? never : P }[keyof paths];

type Parameters<O> = O extends { parameters: infer X } ? X : never;
type QueryOf<O> = Parameters<O> extends { query?: infer Q } ? Exclude<Q, undefined> : never;
type NamesOf<O> = Parameters<O> extends { path: infer N } ? N : never;
type BodyOf<O> = O extends { requestBody?: infer B } ? ([Exclude<B, undefined>] extends [never] ? never : B extends { content: { 'application/json': infer J } } ? J : never) : never;
type Json<R> = R extends { content: { 'application/json': infer J } } ? J : never;
type AnswerOf<O> = O extends { responses: infer R } ? { [S in keyof R]: S extends 200 | 201 | 202 ? Json<R[S]> : never }[keyof R] : never;

/** What fills the address and the request of an operation; each part is asked for only where there is one. */
type Parts<O> = Omit<Options, 'body'> &
  ([NamesOf<O>] extends [never] ? { path?: never } : { path: NamesOf<O> }) &
  ([QueryOf<O>] extends [never] ? { query?: never } : { query?: QueryOf<O> }) &
  ([BodyOf<O>] extends [never] ? { body?: never } : { body: BodyOf<O> });

/** The answer's body with its ETag. */
export function request<M extends Method, P extends PathOf<M>>(method: M, path: P, parts: Parts<Operation<P, M>>): Promise<Reply<AnswerOf<Operation<P, M>>>> {
  const { path: names, query: search, ...options } = parts as Options & { path?: Record<string, string>; query?: Record<string, unknown> };
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(names?.[name] ?? ''));
  return call(method.toUpperCase(), filled + query(search ?? {}), options);
}

/** The answer's body alone. */
export const ask = async <M extends Method, P extends PathOf<M>>(method: M, path: P, parts: Parts<Operation<P, M>>): Promise<AnswerOf<Operation<P, M>>> =>
  (await request(method, path, parts)).data;

/** A query string of what is set; empty values are left out. */
export function query(params: Record<string, unknown>): string {
  const set = Object.entries(params).filter(([, v]) => v !== null && v !== undefined && v !== '');
  return set.length ? `?${new URLSearchParams(set.map(([k, v]) => [k, String(v)]))}` : '';
}
