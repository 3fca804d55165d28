// The board: moved by hand, by select, by keys; put back when refused; seen elsewhere.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { soon, world } from './world.mjs';

let w, boss, worker;
before(async () => {
  w = await world();
  boss = await w.person('admin', { name: 'Boss' });
  worker = await w.person('user', { name: 'Worker' });
});
after(() => w.close());

const column = (page, name) => page.getByRole('region', { name: new RegExp(`^${name}`) });
const make = (title, extra = {}) => boss.call('POST', '/api/tasks/', { title, assigned_to: worker.email, due_date: soon(30), ...extra });

test('a card is dragged to another column', async () => {
  const task = await make('Carry me over');
  const page = await w.page({ as: worker, path: '/board' });
  await column(page, 'To do').getByText('Carry me over').waitFor();
  await page.locator(`[data-card="${task.id}"]`).dragTo(column(page, 'In progress'));
  await column(page, 'In progress').getByText('Carry me over').waitFor();
  const saved = await waitForStatus(task.id, 'in-progress');
  assert.equal(saved.status, 'in-progress');
  assert.deepEqual(page.complaints, []);
});

test('the select and Shift with an arrow do the same, and the focus goes along', async () => {
  const task = await make('Move me without a mouse');
  const page = await w.page({ as: worker, path: '/board' });
  await page.getByLabel('Status of Move me without a mouse').selectOption('completed');
  await column(page, 'Completed').getByText('Move me without a mouse').waitFor();
  await waitForStatus(task.id, 'completed');

  await page.getByRole('link', { name: 'Move me without a mouse' }).focus();
  await page.keyboard.press('Shift+ArrowLeft');
  await column(page, 'In progress').getByText('Move me without a mouse').waitFor();
  await waitForStatus(task.id, 'in-progress');
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Move me without a mouse');
});

test('a refused move goes back and says why', async () => {
  await make('I stay here');
  const page = await w.page({ as: worker, path: '/board' });
  await page.getByLabel('Status of I stay here').waitFor();
  await page.route('**/api/tasks/*/', (route) => (route.request().method() === 'PATCH' ? route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"title":"Unavailable","status":503}' }) : route.continue()));
  await page.getByLabel('Status of I stay here').selectOption('completed');
  await page.getByText('“I stay here” stays in To do. The part of Docket that keeps the tasks is not answering.').waitFor();
  await column(page, 'To do').getByText('I stay here').waitFor();
});

test('a move is seen by whoever created the task, in another browser, without a reload', async () => {
  await make('Seen from afar');
  const theirs = await w.page({ as: boss, path: '/board' });
  await column(theirs, 'To do').getByText('Seen from afar').waitFor();
  await theirs.locator('i.live').waitFor();
  const mine = await w.page({ as: worker, path: '/board' });
  await mine.getByLabel('Status of Seen from afar').selectOption('in-progress');
  const moved = Date.now();
  await column(theirs, 'In progress').getByText('Seen from afar').waitFor();
  console.log(`seen in the other browser after ${Date.now() - moved} ms`);
  await theirs.getByRole('link', { name: /Inbox.*unread/ }).waitFor();
});

test('a change that notifies nobody is seen all the same', async () => {
  const task = await make('Quietly changed');
  const page = await w.page({ as: worker, path: '/board' });
  await column(page, 'To do').getByText('Quietly changed').waitFor();
  await page.locator('i.live').waitFor();
  await boss.call('PATCH', `/api/tasks/${task.id}/`, { title: 'Quietly renamed', status: 'in-progress' });
  await column(page, 'In progress').getByText('Quietly renamed').waitFor();
});

async function waitForStatus(id, status) {
  const deadline = Date.now() + 5_000;
  for (;;) {
    const task = await worker.call('GET', `/api/tasks/${id}/`);
    if (task.status === status || Date.now() > deadline) return task;
  }
}
