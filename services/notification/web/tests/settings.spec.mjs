// What I am told, what acts for me, and where Docket reaches me outside of it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { world } from './world.mjs';

let w;
before(async () => (w = await world()));
after(() => w.close());

test('channels, reminders, quiet hours and the digest are saved as chosen', async () => {
  const someone = await w.person();
  const page = await w.page({ as: someone, path: '/preferences' });
  await page.getByLabel('A task is taken from me: E-mail').uncheck();
  await page.getByLabel('How many').fill('2');
  await page.getByRole('button', { name: 'Add a reminder' }).click();
  await page.getByText('2 hours before').waitFor();
  await page.getByLabel('Mail and webhooks wait at night').check();
  await page.getByLabel('Quiet from').fill('21:30');
  await page.getByLabel('How mail comes').selectOption('weekly');
  await page.getByLabel('Day of the weekly mail').selectOption('friday');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Preferences saved').waitFor();
  const saved = await someone.call('GET', '/api/notifications/preferences/');
  assert.equal(saved.types.unassigned.email, false);
  assert.equal(saved.types.unassigned.in_app, true);
  assert.deepEqual([saved.remind_before_minutes, saved.remind_again_before_minutes], [1440, [120]]);
  assert.deepEqual(saved.quiet_hours, { from: '21:30', to: '07:00' });
  assert.deepEqual([saved.digest, saved.digest_weekday], ['weekly', 'friday']);
  assert.deepEqual(page.complaints, []);
});

test('preferences changed in another browser meanwhile become a choice', async () => {
  const someone = await w.person();
  const page = await w.page({ as: someone, path: '/preferences' });
  await page.getByLabel('Language').selectOption('de');
  await someone.call('PUT', '/api/notifications/preferences/', { digest: 'daily' });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('changed in another browser').waitFor();
  await page.getByRole('button', { name: 'Take the others' }).click();
  await page.getByLabel('How mail comes').locator('option:checked').filter({ hasText: 'One mail a day' }).waitFor({ state: 'attached' });
  assert.equal((await someone.call('GET', '/api/notifications/preferences/')).language, 'en');
});

test('a token is shown once, works, and is revoked', async () => {
  const someone = await w.person();
  const page = await w.page({ as: someone, path: '/security' });
  await page.getByRole('button', { name: 'New token' }).click();
  await page.getByLabel('Name').fill('Nightly script');
  await page.getByLabel('Tasks: change').check();
  await page.getByRole('button', { name: 'Create token' }).click();
  const token = await page.locator('.secret code').textContent();
  const read = () => fetch(`${w.base}/api/tasks/`, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal((await read()).status, 200);
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByRole('button', { name: 'Revoke Nightly script' }).click();
  await page.getByText('“Nightly script” is revoked').waitFor();
  const deadline = Date.now() + 5_000;
  let status;
  do ({ status } = await read());
  while (status === 200 && Date.now() < deadline);
  assert.equal(status, 401);
  assert.deepEqual(page.complaints, []);
});

test('a calendar has an address of its own until it is removed', async () => {
  const someone = await w.person();
  const page = await w.page({ as: someone, path: '/connections' });
  await page.getByRole('button', { name: 'Make an address: Calendar' }).click();
  const path = new URL(await page.locator('.secret code').textContent()).pathname;
  assert.match(await (await fetch(w.base + path)).text(), /^BEGIN:VCALENDAR/);
  await page.getByRole('button', { name: 'Remove: Calendar' }).click();
  await page.getByText('leads nowhere now').waitFor();
  assert.equal((await fetch(w.base + path)).status, 404);
});

test('a webhook is made, tried, turned off and deleted; a bad address is told beside its field', async () => {
  const someone = await w.person();
  const page = await w.page({ as: someone, path: '/connections' });
  await page.getByRole('button', { name: 'New webhook' }).click();
  await page.getByRole('textbox', { name: 'Address' }).fill('https://10.0.0.1/hook');
  await page.getByRole('button', { name: 'Create webhook' }).click();
  await page.locator('.field .error').waitFor();
  await page.getByRole('textbox', { name: 'Address' }).fill('https://example.com/hook');
  await page.getByLabel('What it is for').fill('My bot');
  await page.getByLabel('notification.task_due').check();
  await page.getByRole('button', { name: 'Create webhook' }).click();
  await page.getByText('Signing secret').waitFor();
  const row = page.getByRole('list', { name: 'Webhooks' }).getByRole('listitem').filter({ hasText: 'My bot' });
  await row.getByRole('button', { name: 'Deliveries' }).click();
  await row.getByText('Nothing was delivered yet').waitFor();
  await row.getByRole('button', { name: 'Turn off' }).click();
  await row.getByText('off', { exact: true }).waitFor();
  assert.equal((await someone.call('GET', '/api/notifications/webhooks/')).results[0].status, 'disabled');
  await row.getByRole('button', { name: 'Delete' }).click();
  await row.waitFor({ state: 'detached' });
  await page.getByText('The webhook is gone').waitFor();
  assert.deepEqual((await someone.call('GET', '/api/notifications/webhooks/')).results, []);
  assert.deepEqual(page.complaints, []);
});
