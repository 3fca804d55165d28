// How the mock answers: JSON, problem+json, pages, ETags.

export class Refusal extends Error {
  constructor(status, title, { detail, errors, headers } = {}) {
    super(title);
    this.status = status;
    this.body = { type: `/problems/${title.toLowerCase().replace(/\W+/g, '-')}`, title, status, detail: detail ?? title, request_id: 'mock', ...(errors ? { errors } : {}) };
    this.headers = headers ?? {};
  }
}

export const missing = () => new Refusal(404, 'Not found');
export const forbidden = (detail) => new Refusal(403, 'Forbidden', { detail });
export const invalid = (errors) => new Refusal(422, 'Validation', { detail: 'Some fields are not acceptable.', errors });

export function json(res, status, body, headers = {}) {
  res.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  res.end(body === undefined ? undefined : JSON.stringify(body));
}

export function refuse(res, refusal) {
  res.writeHead(refusal.status, { 'Content-Type': 'application/problem+json', ...refusal.headers });
  res.end(JSON.stringify(refusal.body));
}

/** A page by offset; the cursor is opaque to the page anyway. */
export function page(url, rows, { counted = false } = {}) {
  const limit = Math.min(100, Number(url.searchParams.get('limit') ?? 20));
  const from = Number(url.searchParams.get('cursor') ?? 0);
  const link = (at) => {
    const next = new URL(url);
    next.searchParams.set('cursor', at);
    return next.toString();
  };
  return {
    next: from + limit < rows.length ? link(from + limit) : null,
    previous: from > 0 ? link(Math.max(0, from - limit)) : null,
    results: rows.slice(from, from + limit),
    ...(counted || url.searchParams.get('count') === 'true' ? { count: rows.length } : {}),
  };
}

export const now = () => new Date().toISOString().replace(/\.\d+Z$/, 'Z');
let serial = 0;
export const id = () => `0193${(++serial).toString(16).padStart(4, '0')}-0000-7000-8000-${Math.random().toString(16).slice(2, 14).padEnd(12, '0')}`;
