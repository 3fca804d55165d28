// What administrators have besides: many tasks at once, files, the logs, the health.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { world } from './world.mjs';

let w, boss;
before(async () => {
  w = await world();
  boss = await w.person('admin', { name: 'Boss' });
});
after(() => w.close());

const file = (name, text) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });

test('several tasks are changed at once, one that changed meanwhile is not, and it is taken back', async () => {
  const made = [];
  for (let i = 0; i < 4; i++) made.push(await boss.call('POST', '/api/tasks/', { title: `Together ${i}`, assigned_to: boss.email }));
  const page = await w.page({ as: boss, path: '/list?mine=1' });
  await page.getByRole('button', { name: 'Select' }).click();
  await page.getByLabel('Pick Together 0').check();
  await page.getByLabel('Pick Together 3').click({ modifiers: ['Shift'] });
  const bar = page.getByRole('toolbar', { name: 'Picked tasks' });
  await bar.getByText('4 picked').waitFor();
  // Behind the page's back, before it hears of it.
  await page.route('**/api/tasks/bulk/', async (route) => {
    await boss.call('PATCH', `/api/tasks/${made[1].id}/`, { title: 'Apart 1' });
    await route.continue();
  }, { times: 1 });
  await bar.getByLabel('Set the priority').first().click();
  await bar.getByRole('button', { name: 'Urgent' }).click();
  await page.getByText('3 tasks changed').waitFor();
  await page.getByText('1 task not changed. Someone changed it meanwhile.').waitFor();
  const priorities = async () => Promise.all(made.map(async ({ id }) => (await boss.call('GET', `/api/tasks/${id}/`)).priority));
  assert.deepEqual(await priorities(), ['urgent', 'none', 'urgent', 'urgent']);
  await page.getByRole('button', { name: 'Undo' }).click();
  const deadline = Date.now() + 5_000;
  while ((await priorities()).includes('urgent') && Date.now() < deadline);
  assert.deepEqual(await priorities(), ['none', 'none', 'none', 'none']);
  assert.deepEqual(page.complaints, []);
});

test('a file is checked line by line, and imported as a whole', async () => {
  const page = await w.page({ as: boss, path: '/transfer' });
  const input = page.getByLabel('File with tasks');
  await input.setInputFiles(file('bad.csv', 'title,status\nFine,todo\n,nonsense\n'));
  await page.getByText('Nothing was imported.').waitFor();
  await page.getByRole('cell', { name: '3', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Another file' }).click();
  await input.setInputFiles(file('good.csv', 'title,priority\nFrom a file 1,high\nFrom a file 2,low\n'));
  await page.getByRole('button', { name: 'Import 2 tasks' }).click();
  await page.getByText('2 tasks imported').waitFor();
  const found = (await boss.call('GET', '/api/tasks/?q=From%20a%20file')).results;
  assert.deepEqual(found.map((t) => t.title).sort(), ['From a file 1', 'From a file 2']);

  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const text = readFileSync(await (await coming).path(), 'utf8');
  assert.match(text, /^id,title|^title/);
  assert.match(text, /From a file 2/);
  assert.deepEqual(page.complaints, []);
});

test('an import that takes its time shows how far it is', async () => {
  const page = await w.page({ as: boss, path: '/transfer' });
  const state = { id: '0193aaaa-0000-7000-8000-000000000001', created_by: boss.id, created_at: new Date().toISOString(), finished_at: null, format: 'csv', dry_run: false, errors: [], failed: 0, detail: null };
  await page.getByLabel('File with tasks').setInputFiles(file('long.csv', 'title\nLong 1\n'));
  await page.getByRole('button', { name: 'Import 1 task' }).waitFor();
  let asked = 0;
  await page.route('**/api/tasks/import/', (route) => route.fulfill({ status: 202, json: { ...state, state: 'running', lines: 1000, created: 100 } }));
  await page.route('**/api/tasks/imports/*/', (route) => route.fulfill({ json: asked++ < 2 ? { ...state, state: 'running', lines: 1000, created: 400 } : { ...state, state: 'succeeded', lines: 1000, created: 1000 } }));
  await page.getByRole('button', { name: 'Import 1 task' }).click();
  await page.getByText('Importing: 400 tasks so far').waitFor();
  assert.equal(await page.locator('progress').getAttribute('max'), '1000');
  await page.getByText('1,000 tasks imported').waitFor();
});

test('a test mail stands in the log of deliveries', async () => {
  const page = await w.page({ as: boss, path: '/deliveries' });
  await page.getByRole('button', { name: 'Send me a test mail' }).click();
  await page.getByRole('list', { name: 'Deliveries' }).getByRole('listitem').filter({ hasText: boss.email }).first().waitFor();
  assert.deepEqual(page.complaints, []);
});

test('the audit log tells who did what, filtered by the address', async () => {
  const someone = await w.person('user', { name: 'Watched' });
  await boss.call('PATCH', `/api/users/${someone.id}/`, { is_active: false });
  const page = await w.page({ as: boss, path: `/audit?actor=${encodeURIComponent(boss.email)}` });
  await page.getByLabel('What').selectOption('user.disabled');
  const entry = page.getByRole('list', { name: 'Audit log' }).getByRole('listitem').filter({ hasText: someone.email });
  await entry.getByText('Disabled an account').click();
  await entry.getByText('127.0.0.1').waitFor();
  assert.match(page.url(), /action=user\.disabled/);
  assert.deepEqual(page.complaints, []);
});

test('the health says which part is down, and that it is back', async () => {
  const page = await w.page({ as: boss, path: '/health' });
  await page.getByText('Every part answers.').waitFor();
  await page.route('**/api/tasks/**', (route) => route.fulfill({ status: 503, body: '{}' }));
  await page.getByText('Tasks does not answer.').waitFor();
  await page.unroute('**/api/tasks/**');
  await page.getByText('Every part answers.').waitFor();
  assert.deepEqual(page.complaints, []);
});
