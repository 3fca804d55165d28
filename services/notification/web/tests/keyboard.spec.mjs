// Nobody needs a mouse.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { world } from './world.mjs';

let w, boss;
before(async () => {
  w = await world();
  boss = await w.person('admin', { name: 'Boss' });
});
after(() => w.close());

test('the keys of the sheet lead to every screen, and the focus starts at its heading', async () => {
  const page = await w.page({ as: boss });
  await page.getByRole('heading', { name: 'My day' }).waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  for (const [key, name] of [['b', 'Board'], ['l', 'List'], ['i', 'Inbox'], ['p', 'People'], ['t', 'Trash'], ['x', 'Import & export'], ['m', 'Deliveries'], ['a', 'Audit log'], ['h', 'Health'], ['u', 'Profile'], ['e', 'Preferences'], ['s', 'Security'], ['c', 'Connections'], ['d', 'My day']]) {
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'H1');
  }
  assert.deepEqual(page.complaints, []);
});

test('a link skips the navigation', async () => {
  const page = await w.page({ as: boss, path: '/list' });
  await page.getByRole('heading', { name: 'List' }).waitFor();
  await page.getByRole('link', { name: 'Skip to the content' }).focus();
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'screen');
});

test('a drawer keeps the focus inside and gives it back', async () => {
  const task = await w.task({ title: 'Focus on me', assigned_to: boss.email });
  const page = await w.page({ as: boss, path: '/list?mine=1' });
  const link = page.getByRole('link', { name: 'Focus on me' });
  await link.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByRole('textbox', { name: 'Title' }).waitFor();
  for (let i = 0; i < 16; i++) {
    await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => document.activeElement === document.body || !!document.activeElement?.closest('dialog')));
  }
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Focus on me');
  assert.match(page.url(), /\/list\?mine=1$/);
  assert.ok(task.id);
});

test('text typed into a field is no shortcut', async () => {
  const page = await w.page({ as: boss, path: '/list' });
  await page.getByRole('searchbox').fill('');
  await page.keyboard.type('gb?n');
  assert.equal(await page.getByRole('searchbox').inputValue(), 'gb?n');
  assert.equal(await page.getByRole('dialog').count(), 0);
});
