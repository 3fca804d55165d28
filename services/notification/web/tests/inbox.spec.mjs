// The inbox: it fills by itself, is read, and is emptied with a way back.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { world } from './world.mjs';

let w, boss, worker;
before(async () => {
  w = await world();
  boss = await w.person('admin', { name: 'Boss' });
  worker = await w.person('user', { name: 'Worker' });
});
after(() => w.close());

const assign = (title) => boss.call('POST', '/api/tasks/', { title, assigned_to: worker.email });
const row = (page, title) => page.getByRole('list', { name: 'Notifications' }).getByRole('listitem').filter({ hasText: title });

test('a notification arrives, is marked read, and every tab knows the count', async () => {
  const page = await w.page({ as: worker, path: '/inbox' });
  await page.getByText('You are up to date').waitFor();
  await page.locator('i.live').waitFor();
  const other = await page.context().newPage();
  await other.goto('/board');
  await assign('Sweep the yard');
  await row(page, 'Sweep the yard').waitFor();
  await other.getByRole('link', { name: /Inbox.*1 unread/ }).waitFor();
  assert.equal(await other.title(), '(1) Board · Docket');
  await page.getByRole('button', { name: /^Mark as read/ }).click();
  await other.getByRole('link', { name: /Inbox$/ }).waitFor();
  await page.getByRole('button', { name: 'Read', exact: true }).click();
  await row(page, 'Sweep the yard').waitFor();
  assert.deepEqual(page.complaints, []);
});

test('opening what a notification is about marks it read', async () => {
  const page = await w.page({ as: worker, path: '/inbox' });
  await assign('Look at me');
  await row(page, 'Look at me').getByRole('link').click();
  await page.getByRole('dialog', { name: 'Look at me' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: /Inbox$/ }).waitFor();
});

test('read all, and delete with an undo', async () => {
  await assign('First of two');
  await assign('Second of two');
  const page = await w.page({ as: worker, path: '/inbox' });
  await row(page, 'First of two').waitFor();
  await page.getByRole('button', { name: 'Mark all read' }).click();
  await page.getByText('notifications marked as read').waitFor();
  await page.goto('/inbox?show=all');
  await page.getByRole('button', { name: /^Delete:.*First of two/ }).click();
  await row(page, 'First of two').waitFor({ state: 'detached' });
  assert.match(await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? ''), /^Delete:/);
  await page.getByRole('button', { name: 'Undo' }).click();
  await row(page, 'First of two').waitFor();
  await page.getByRole('button', { name: /^Delete:.*First of two/ }).click();
  await page.getByRole('link', { name: 'Board' }).click();
  const deadline = Date.now() + 5_000;
  let left;
  do left = (await worker.call('GET', '/api/notifications/?state=all')).results.filter((n) => n.message.includes('First of two'));
  while (left.length && Date.now() < deadline);
  assert.equal(left.length, 0);
});

test('snoozed and archived with a way back; each has its place', async () => {
  const someone = await w.person('user', { name: 'Tidy' });
  for (const title of ['Can wait', 'Is done with']) await boss.call('POST', '/api/tasks/', { title, assigned_to: someone.email });
  const page = await w.page({ as: someone, path: '/inbox' });
  await row(page, 'Can wait').getByLabel(/^Snooze/).first().click();
  await row(page, 'Can wait').getByRole('button', { name: /^Tomorrow morning/ }).click();
  await row(page, 'Can wait').waitFor({ state: 'detached' });
  await page.getByText(/^Comes back/).waitFor();
  await row(page, 'Is done with').getByRole('button', { name: /^Archive/ }).click();
  await page.getByText('You are up to date').waitFor();
  await page.getByText('Archived', { exact: true }).last().waitFor();
  const states = async (state) => (await someone.call('GET', `/api/notifications/?state=${state}`)).results.map((n) => n.task_title);
  assert.deepEqual([await states('snoozed'), await states('archived')], [['Can wait'], ['Is done with']]);

  await page.getByRole('button', { name: 'Snoozed', exact: true }).click();
  await row(page, 'Can wait').getByRole('button', { name: /^Bring back now/ }).click();
  await page.getByText('Nothing is snoozed').waitFor();
  await page.getByRole('button', { name: 'Archived', exact: true }).click();
  await row(page, 'Is done with').getByRole('button', { name: /^Back to the inbox/ }).click();
  await page.getByRole('button', { name: 'Unread', exact: true }).click();
  await row(page, 'Can wait').waitFor();
  await row(page, 'Is done with').waitFor();
  assert.deepEqual(page.complaints, []);
});

test('what is about one task stands together, and is archived together', async () => {
  const someone = await w.person('user', { name: 'Grouped' });
  const task = await boss.call('POST', '/api/tasks/', { title: 'Much ado', assigned_to: someone.email });
  await boss.call('PATCH', `/api/tasks/${task.id}/`, { assigned_to: null });
  await boss.call('PATCH', `/api/tasks/${task.id}/`, { assigned_to: someone.email });
  const deadline = Date.now() + 10_000;
  while ((await someone.call('GET', '/api/notifications/')).results.length < 3 && Date.now() < deadline);
  const page = await w.page({ as: someone, path: '/inbox?by=task' });
  const group = page.getByRole('list', { name: 'Notifications by task' }).getByRole('listitem').filter({ hasText: 'Much ado' });
  await group.getByRole('link', { name: /3 in all/ }).click();
  await page.getByRole('list', { name: 'Notifications' }).getByRole('listitem').nth(2).waitFor();
  await page.goBack();
  await group.getByRole('button', { name: /^Archive all/ }).click();
  await page.getByText('3 notifications archived').waitFor();
  await page.getByText('You are up to date').waitFor();
  assert.equal((await someone.call('GET', '/api/notifications/?state=archived')).results.length, 3);
});
