// My day: what is late and due, done with a tick, current by itself, honest when a part is missing.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { soon, world } from './world.mjs';

let w, boss, worker;
before(async () => {
  w = await world();
  boss = await w.person('admin', { name: 'Boss' });
  worker = await w.person('user', { name: 'Worker' });
  for (const [title, due] of [['Late one', -3], ['Soon one', 5], ['Far one', 100]]) {
    await boss.call('POST', '/api/tasks/', { title, assigned_to: worker.email, due_date: soon(due) });
  }
});
after(() => w.close());

test('tasks stand under what they are, and a tick completes one, with an undo', async () => {
  const page = await w.page({ as: worker });
  await page.getByRole('heading', { name: 'Overdue' }).waitFor();
  await page.getByText('Due 3 hours late').waitFor();
  await page.getByText(/^Due (in 5 hours|tomorrow, .*)$/).first().waitFor();
  await page.getByRole('checkbox', { name: 'Completed: Late one' }).click();
  await page.getByText('Completed “Late one”').waitFor();
  await page.getByRole('heading', { name: 'Overdue' }).waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('heading', { name: 'Overdue' }).waitFor();
  assert.deepEqual(page.complaints, []);
});

test('a new assignment appears without a reload', async () => {
  const page = await w.page({ as: worker });
  await page.locator('i.live').waitFor();
  await page.getByText('Soon one').first().waitFor();
  await boss.call('POST', '/api/tasks/', { title: 'Just arrived', assigned_to: worker.email });
  await page.getByRole('link', { name: 'Just arrived', exact: true }).waitFor();
});

test('a section that is missing is named, and the rest is shown', async () => {
  const page = await w.page({ as: worker });
  await page.route('**/api/users/dashboard/', async (route) => {
    const reply = await route.fetch();
    const body = await reply.json();
    const nothing = { tasks: null, tasks_due_soon_count: null, tasks_overdue_count: null, tasks_by_status: null };
    await route.fulfill({ response: reply, json: { ...body, ...nothing, sections: { ...body.sections, tasks: 'unavailable' } } });
  });
  await page.reload();
  await page.getByText('Not available right now: your tasks.').waitFor();
  assert.equal(await page.getByRole('link', { name: /Overdue/ }).innerText(), '–\nOverdue');
  await page.getByRole('region', { name: 'New for you' }).getByRole('listitem').first().waitFor();
});

test('without a stream the page asks by itself and says so', async () => {
  const page = await w.page({ path: '/signin' });
  await page.route('**/api/notifications/stream/', (route) => route.fulfill({ status: 501, body: '' }));
  await page.getByLabel('E-mail').fill(worker.email);
  await page.getByLabel('Password').fill('correct-horse-9');
  await page.keyboard.press('Enter');
  await page.getByText('Checking every 15 s').waitFor();
});
