// Serves dist/ and speaks the public contract from memory, for working on the
// page without the services: `npm run mock`, then sign in as admin@example.com
// with correct-horse-9. Development only; nothing of this is shipped.

import { readFileSync, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { db, seed } from './data.mjs';
import * as notifications from './notifications.mjs';
import { Refusal, forbidden, json, missing, refuse } from './reply.mjs';
import * as tasks from './tasks.mjs';
import * as users from './users.mjs';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const POLICY = "default-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

// A literal segment wins over `:id`, whatever the order of the tables.
const routes = [...users.routes, ...tasks.routes, ...notifications.routes].sort((a, b) => a[1].includes(':') - b[1].includes(':'));

function match(method, path) {
  const parts = path.replace(/\/$/, '').split('/');
  for (const [verb, pattern, run, who] of routes) {
    const wanted = pattern.split('/');
    if (verb !== method || wanted.length !== parts.length) continue;
    const params = {};
    if (wanted.every((w, i) => (w.startsWith(':') ? ((params[w.slice(1)] = parts[i]), true) : w === parts[i]))) return { run, who, params };
  }
  throw missing();
}

function caller(req, who) {
  if (!who) return {};
  const held = db.access.get((req.headers.authorization ?? '').replace('Bearer ', ''));
  const me = held && held.until > Date.now() && db.users.find((u) => u.id === held.user && u.is_active);
  if (!me) throw new Refusal(401, 'Unauthorized', { detail: 'Sign in first.', headers: { 'WWW-Authenticate': 'Bearer' } });
  if (who === 'admin' && me.role !== 'admin') throw forbidden('Only an admin may do this.');
  return { me, session: held.session };
}

async function bodyOf(req) {
  let text = '';
  for await (const chunk of req) text += chunk;
  try {
    return text ? JSON.parse(text) : {};
  } catch {
    throw new Refusal(400, 'Not JSON');
  }
}

async function api(req, res, url) {
  const { run, who, params } = match(req.method, url.pathname);
  const { me, session } = caller(req, who);
  const body = await bodyOf(req);
  const answer = run({ req, res, url, params, body, me, session });
  if (answer) json(res, ...answer);
}

function file(req, res, path) {
  const found = path !== '/' && extname(path) && existsSync(join(dist, path)) ? join(dist, path) : join(dist, 'index.html');
  const packed = /\bbr\b/.test(req.headers['accept-encoding'] ?? '') && existsSync(`${found}.br`);
  res.writeHead(200, {
    'Content-Type': types[extname(found)] ?? 'application/octet-stream',
    'Content-Security-Policy': POLICY,
    'Cache-Control': found.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    Vary: 'Accept-Encoding',
    ...(packed ? { 'Content-Encoding': 'br' } : {}),
  });
  res.end(readFileSync(packed ? `${found}.br` : found));
}

/** Listens on the loopback; port 0 takes any free one. */
export function listen(port) {
  seed();
  const server = createServer(async (req, res) => {
    const url = new URL(req.url, `http://${req.headers.host}`);
    try {
      if (url.pathname.startsWith('/api/')) await api(req, res, url);
      else file(req, res, url.pathname);
    } catch (error) {
      refuse(res, error instanceof Refusal ? error : new Refusal(500, `${error.stack}`));
    }
  });
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await listen(Number(process.env.PORT ?? 8010));
  console.log(`mock of Docket at http://127.0.0.1:${server.address().port}/ (admin@example.com, correct-horse-9)`);
}
