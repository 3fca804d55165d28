// A session that ends in the middle of an edit costs nothing that was typed.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PASSWORD, world } from './world.mjs';

let w;
before(async () => (w = await world()));
after(() => w.close());

/** Puts another refresh token into the session cookie, which only the browser itself can. */
async function keep(page, token) {
  const cookies = await page.context().cookies();
  const held = cookies.find((one) => /docket_session$/.test(one.name));
  assert.ok(held.httpOnly && held.sameSite === 'Strict');
  await page.context().addCookies([{ ...held, value: token }]);
}

async function editing() {
  const boss = await w.person('admin', { name: 'Boss' });
  const task = await boss.call('POST', '/api/tasks/', { title: 'Long thought' });
  const page = await w.page({ as: boss, path: `/board?task=${task.id}` });
  await page.getByRole('dialog').getByLabel('Description').fill('A paragraph that took an hour.');
  return { boss, task, page };
}

test('a spent access token is renewed without a word', async () => {
  const { boss, task, page } = await editing();
  let refused = 0;
  await page.route(`**/api/tasks/${task.id}/`, (route) => (route.request().method() === 'PATCH' && refused++ === 0 ? route.fulfill({ status: 401, body: '{}' }) : route.continue()));
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  assert.equal((await boss.call('GET', `/api/tasks/${task.id}/`)).description, 'A paragraph that took an hour.');
});

test('a session that is over asks to sign in again over the edit, and then saves it', async () => {
  const { boss, task, page } = await editing();
  // The refresh token was revoked, and the access token with it.
  await keep(page, 'revoked');
  let over = true;
  await page.route(`**/api/tasks/${task.id}/`, (route) => (route.request().method() === 'PATCH' && over ? route.fulfill({ status: 401, body: '{}' }) : route.continue()));
  await page.getByRole('button', { name: 'Save' }).click();
  const again = page.getByRole('dialog', { name: 'Sign in again' });
  await again.waitFor();
  over = false;
  await again.getByLabel('Password').fill('not-this-one-2');
  await page.keyboard.press('Enter');
  await again.getByText('not right').waitFor();
  await again.getByLabel('Password').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await again.waitFor({ state: 'hidden' });
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  assert.equal((await boss.call('GET', `/api/tasks/${task.id}/`)).description, 'A paragraph that took an hour.');
});

test('two tabs that start together spend the refresh token once each, never the same one', async () => {
  const someone = await w.person();
  const page = await w.page({ as: someone });
  const spent = [];
  await page.context().route('**/api/users/token/refresh/', async (route) => {
    spent.push(/docket_session=([^;]+)/.exec((await route.request().allHeaders()).cookie)[1]);
    return route.continue();
  });
  const other = await page.context().newPage();
  await Promise.all([page.reload(), other.goto('/inbox')]);
  await page.getByRole('heading', { name: 'My day' }).waitFor();
  await other.getByRole('heading', { name: 'Inbox' }).waitFor();
  assert.ok(spent.length >= 1);
  assert.equal(new Set(spent).size, spent.length);
});

test('a service that is down is told at the door, and the session is kept', async () => {
  const someone = await w.person();
  const page = await w.page({ as: someone });
  await page.route('**/api/users/**', (route) => route.fulfill({ status: 503, body: '{}' }));
  await page.reload();
  await page.getByRole('heading', { name: 'Docket is not answering' }).waitFor();
  await page.unroute('**/api/users/**');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: 'My day' }).waitFor();
});

test('a screen whose service is down says so and offers another try; the others work', async () => {
  const someone = await w.person();
  const page = await w.page({ as: someone });
  await page.route('**/api/tasks/**', (route) => route.fulfill({ status: 503, headers: { 'Retry-After': '5' }, body: '{}' }));
  await page.goto('/list');
  await page.getByRole('alert').getByText('The part of Docket that keeps the tasks is not answering.').waitFor();
  await page.getByRole('link', { name: 'Inbox', exact: true }).click();
  await page.getByText('You are up to date').waitFor();
  await page.getByRole('link', { name: 'List', exact: true }).click();
  await page.getByRole('alert').waitFor();
  await page.unroute('**/api/tasks/**');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('No open tasks').waitFor();
});
