// People and profile: who may do what, and what I say about myself.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PASSWORD, world } from './world.mjs';

let w, boss, worker;
before(async () => {
  w = await world();
  boss = await w.person('admin', { name: 'Boss' });
  worker = await w.person('user', { name: 'Worker' });
});
after(() => w.close());

test('an admin disables a person and takes it back', async () => {
  const page = await w.page({ as: boss, path: '/people' });
  await page.getByRole('searchbox').fill(worker.email);
  await page.getByRole('listitem').filter({ hasText: worker.email }).getByRole('button', { name: 'Disable Worker' }).click();
  await page.getByText('Worker is disabled and signed out').waitFor();
  assert.equal((await boss.call('GET', `/api/users/?q=${worker.email}`)).results[0].is_active, false);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Taken back').waitFor();
  assert.equal((await boss.call('GET', `/api/users/?q=${worker.email}`)).results[0].is_active, true);
  assert.deepEqual(page.complaints, []);
});

test('who is no admin finds no such screen', async () => {
  const someone = await w.person();
  const page = await w.page({ as: someone, path: '/people' });
  await page.getByText('There is no such page').waitFor();
  assert.equal(await page.getByRole('link', { name: 'People' }).count(), 0);
  assert.equal(await page.getByRole('link', { name: 'New task' }).count(), 0);
});

test('name, time zone and password are mine to change', async () => {
  const someone = await w.person('user', { name: 'Before' });
  const page = await w.page({ as: someone, path: '/profile' });
  await page.getByLabel('Name').fill('Afterwards');
  await page.getByLabel('Time zone').selectOption('Asia/Tokyo');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Profile saved').waitFor();
  await page.locator('.account summary').filter({ hasText: 'Afterwards' }).waitFor();

  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Security' }).click();
  const password = page.getByRole('region', { name: 'Password', exact: true });
  await password.getByLabel('Current password').fill('wrong-one-here-1');
  await password.getByLabel('New password').fill('quite-another-one-5');
  await password.getByRole('button').click();
  await password.getByRole('alert').waitFor();
  await password.getByLabel('Current password').fill(PASSWORD);
  await password.getByRole('button').click();
  await page.getByText('Password changed').waitFor();
});

test('another session of mine is ended from here', async () => {
  const someone = await w.person(); // signed in once already, at the API
  const page = await w.page({ as: someone, path: '/security' });
  const where = page.getByRole('region', { name: 'Where you are signed in' });
  await where.getByText('This one').waitFor();
  await where.getByRole('button', { name: /^End the session/ }).first().click();
  await page.getByText('That session is over').waitFor();
  await assert.rejects(() => pollUntilRefused(someone));
});

test('a person is renamed, and deleted after a question', async () => {
  const someone = await w.person('user', { name: 'Passing' });
  const page = await w.page({ as: boss, path: '/people' });
  await page.getByRole('searchbox').fill(someone.email);
  const row = page.getByRole('listitem').filter({ hasText: someone.email });
  await row.getByLabel('More about Passing', { exact: true }).first().click();
  await row.getByRole('button', { name: 'Rename' }).click();
  await page.getByRole('dialog').getByLabel(/^Name of/).fill('Staying');
  await page.keyboard.press('Enter');
  await row.getByText('Staying').waitFor();
  await row.getByLabel('More about Staying', { exact: true }).first().click();
  await row.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog', { name: 'Delete Staying?' }).getByRole('button', { name: 'Delete for good' }).click();
  await row.waitFor({ state: 'detached' });
  await assert.rejects(() => boss.call('GET', `/api/users/${someone.id}/`), /404/);
  assert.deepEqual(page.complaints, []);
});

async function pollUntilRefused(someone) {
  const deadline = Date.now() + 5_000;
  while (Date.now() < deadline) await someone.call('GET', '/api/users/me/');
}
