// One task: created, edited, contested, deleted and brought back.

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

const found = async (title) => (await boss.call('GET', `/api/tasks/?q=${encodeURIComponent(title)}&limit=1`)).results[0];

test('an admin creates a task for someone found by typing', async () => {
  const page = await w.page({ as: boss, path: '/board' });
  await page.getByRole('heading', { name: 'Board' }).waitFor();
  await page.keyboard.press('n');
  await page.getByRole('dialog', { name: 'New task' }).waitFor();
  await page.keyboard.type('Water the plants');
  await page.getByRole('combobox', { name: 'Assigned to' }).fill(worker.email.slice(0, 14));
  await page.getByRole('option', { name: new RegExp(worker.email) }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByLabel('Due on').fill('2031-05-02');
  await page.getByLabel('At (optional)').fill('14:30');
  await page.getByLabel('Priority', { exact: true }).selectOption('high');
  await page.keyboard.press('Control+Enter');
  await page.getByText('Created “Water the plants”').waitFor();
  const task = await found('Water the plants');
  assert.equal(task.assigned_to, worker.email);
  assert.equal(task.due_date, '2031-05-02T12:30:00Z');
  assert.equal(task.priority, 'high');
  assert.deepEqual(page.complaints, []);
});

test('a refused task keeps what was typed and says what is wrong beside the field', async () => {
  const page = await w.page({ as: boss, path: '/board?new=1' });
  await page.getByLabel('Description').fill('Only this');
  await page.getByRole('button', { name: 'Create task' }).click();
  await page.locator('[name="title"][aria-invalid="true"]').waitFor();
  assert.equal(await page.getByLabel('Description').inputValue(), 'Only this');
  await page.keyboard.press('Escape');
  await page.getByText('changes that are not saved').waitFor();
  await page.getByRole('button', { name: 'Discard' }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
});

test('an assignee reads, moves the status, and is offered nothing else', async () => {
  const task = await boss.call('POST', '/api/tasks/', { title: 'Only the status', description: 'Read me', assigned_to: worker.email });
  const page = await w.page({ as: worker, path: `/?task=${task.id}` });
  const drawer = page.getByRole('dialog', { name: 'Only the status' });
  await drawer.getByText('Read me').waitFor();
  assert.equal(await drawer.getByLabel('Title').count(), 0);
  assert.equal(await drawer.getByRole('button', { name: 'Delete' }).count(), 0);
  await drawer.getByLabel('Status').selectOption('in-progress');
  await drawer.getByRole('button', { name: 'Save' }).click();
  await drawer.waitFor({ state: 'hidden' });
  assert.equal((await found('Only the status')).status, 'in-progress');
});

test('a conflict is a choice, field by field, and overwrites nothing', async () => {
  const task = await boss.call('POST', '/api/tasks/', { title: 'Two hands', priority: 'low' });
  const page = await w.page({ as: boss, path: `/list?task=${task.id}` });
  await page.getByRole('dialog').getByLabel('Title').fill('Two hands, mine');
  await w.root.call('PATCH', `/api/tasks/${task.id}/`, { title: 'Two hands, theirs', priority: 'urgent' });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Someone changed this task while').waitFor();
  assert.equal((await found('Two hands')).title, 'Two hands, theirs');
  await page.getByText('Priority: Urgent').waitFor();
  await page.getByRole('radio', { name: /Yours/ }).check();
  await page.getByRole('button', { name: 'Save this choice' }).click();
  await page.getByText('Someone changed this task while').waitFor({ state: 'hidden' });
  const saved = await poll(() => found('Two hands'), (t) => t.title === 'Two hands, mine');
  assert.equal(saved.priority, 'urgent');
});

test('the history says who changed what', async () => {
  const task = await boss.call('POST', '/api/tasks/', { title: 'With a past', assigned_to: worker.email });
  await worker.call('PATCH', `/api/tasks/${task.id}/`, { status: 'completed' });
  const page = await w.page({ as: boss, path: `/list?status=all&task=${task.id}` });
  await page.getByText('History').click();
  await page.getByRole('listitem').filter({ hasText: 'Status' }).filter({ hasText: 'Completed' }).first().waitFor();
  await page.getByRole('listitem').filter({ hasText: 'Created' }).filter({ hasText: boss.email }).waitFor();
});

test('a deleted task comes back by undo, and from the trash', async () => {
  const task = await boss.call('POST', '/api/tasks/', { title: 'Not yet gone', due_date: soon(-500) });
  const page = await w.page({ as: boss, path: `/list?task=${task.id}` });
  await page.getByRole('button', { name: 'Delete this task' }).click();
  await page.getByText('Deleted “Not yet gone”').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('link', { name: 'Not yet gone' }).waitFor();
  assert.equal((await boss.call('GET', `/api/tasks/${task.id}/`)).title, 'Not yet gone');

  await boss.call('DELETE', `/api/tasks/${task.id}/`);
  await page.goto('/trash');
  await page.getByRole('button', { name: 'Restore Not yet gone' }).click();
  await page.getByText('Restored “Not yet gone”').waitFor();
  assert.equal((await boss.call('GET', `/api/tasks/${task.id}/`)).title, 'Not yet gone');
});

async function poll(ask, until) {
  const deadline = Date.now() + 5_000;
  for (;;) {
    const got = await ask();
    if (until(got) || Date.now() > deadline) return got;
  }
}
