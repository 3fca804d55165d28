// What every test stands on: a browser, the running system (BASE_URL, see run.mjs), and people and tasks made
// through its public API.

import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const PASSWORD = 'correct-horse-9';
const shots = fileURLToPath(new URL('../shots/', import.meta.url));

/** Opens the world of one test file; `close` ends what it started. */
export async function world() {
  const base = process.env.BASE_URL;
  if (!base) throw new Error('There is no system to test: npm test starts one');
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  const api = client(base);
  const root = await api.signIn(process.env.ADMIN_EMAIL ?? 'admin@example.com', process.env.ADMIN_PASSWORD ?? PASSWORD);
  return {
    base,
    api,
    root,
    /** A fresh admin or user, signed in at the API. */
    async person(role = 'user', fields = {}) {
      const email = `${(fields.name ?? role).toLowerCase().replace(/\W+/g, '-')}.${randomBytes(5).toString('hex')}@example.com`;
      const made = await root.call('POST', '/api/users/register/', { email, password: PASSWORD, timezone: 'Europe/Berlin', username: fields.name ?? null });
      if (role === 'admin') await root.call('PATCH', `/api/users/${made.id}/`, { role });
      return { ...(await api.signIn(email, PASSWORD)), email, name: made.username ?? email };
    },
    task: (fields) => root.call('POST', '/api/tasks/', fields),
    page: (options) => openPage(browser, base, options),
    signIn,
    /** Another tab of the same browser. */
    async tab(page, path) {
      const tab = listened(await page.context().newPage());
      await tab.goto(path);
      return tab;
    },
    async close() {
      await browser.close();
    },
  };
}

function client(base) {
  const call = async (method, path, body, token) => {
    const reply = await fetch(base + path, {
      method,
      headers: { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...(body ? { 'Content-Type': 'application/json' } : {}) },
      body: body ? JSON.stringify(body) : undefined,
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text.slice(0, 600)}`);
    return text ? JSON.parse(text) : undefined;
  };
  return {
    async signIn(email, password) {
      const { access, id } = await call('POST', '/api/users/login/', { email, password });
      return { id, email, call: (method, path, body) => call(method, path, body, access) };
    },
  };
}

/** A browser of its own: no shared storage, no shared locks. Errors in its console fail the test. */
async function openPage(browser, base, { as, path = '/', ...options } = {}) {
  const context = await browser.newContext({ baseURL: base, viewport: { width: 1280, height: 800 }, timezoneId: 'Europe/Berlin', locale: 'en-GB', ...options });
  const page = listened(await context.newPage());
  if (as) await signIn(page, as.email, path);
  else await page.goto(path);
  return page;
}

function listened(page) {
  page.setDefaultTimeout(10_000);
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  // A refused request is logged by the browser itself; the tests that provoke one look at the page.
  page.on('console', (message) => message.type() === 'error' && !/Failed to load resource/.test(message.text()) && errors.push(message.text()));
  page.complaints = errors;
  return page;
}

export async function signIn(page, email, path = '/') {
  await page.goto(path);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
}

export async function shot(page, name) {
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: `${shots}${name}.png` });
}

export const soon = (hours) => new Date(Date.now() + hours * 3600_000).toISOString().replace(/\.\d+Z$/, 'Z');
