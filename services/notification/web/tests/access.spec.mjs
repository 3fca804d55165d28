// Every screen, in light and dark, wide and at phone width: axe finds nothing, nothing is wider
// than the screen, the console is silent. The pictures are kept in shots/.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import axe from 'axe-core';
import { shot, soon, world } from './world.mjs';

let w, boss, worker, task;
before(async () => {
  w = await world();
  boss = await w.person('admin', { name: 'Ada Boss' });
  worker = await w.person('user', { name: 'Sam Reed' });
  const rows = [
    ['Send the September invoices', 'todo', 'urgent', -30], ['Renew the certificate of the payment gateway', 'in-progress', 'high', 3], ['Review the onboarding guide', 'todo', 'medium', 20],
    ['Plan the winter release', 'todo', 'none', 140], ['Close the old support mailbox', 'completed', 'low', -4],
  ];
  for (const [title, status, priority, due] of rows) {
    task = await w.task({ title, status, priority, due_date: soon(due), assigned_to: boss.email, description: 'What there is to know about it.' });
    await boss.call('POST', '/api/tasks/', { title: `${title}, again`, status, priority, due_date: soon(due + 6), assigned_to: worker.email });
  }
  const gone = await w.task({ title: 'No longer needed' });
  await boss.call('DELETE', `/api/tasks/${gone.id}/`);
});
after(() => w.close());

const hand = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const looks = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  phone: { colorScheme: 'light', ...hand },
  'phone-dark': { colorScheme: 'dark', ...hand },
};
const door = { signin: '/signin', register: '/register', reset: '/reset' };
const house = () => ({
  day: '/', board: '/board', list: '/list', inbox: '/inbox', people: '/people', trash: '/trash', transfer: '/transfer', deliveries: '/deliveries', audit: '/audit', health: '/health',
  profile: '/profile', preferences: '/preferences', security: '/security', connections: '/connections', bytask: '/inbox?by=task&show=all', archived: '/inbox?show=archived',
  drawer: `/board?task=${task.id}`, create: '/list?new=1', empty: '/list?q=surelynothing', nowhere: '/nowhere',
});

for (const [look, options] of Object.entries(looks)) {
  test(`at the door, ${look}`, async () => {
    const page = await w.page({ path: '/signin', ...options });
    for (const [name, path] of Object.entries(door)) await look_at(page, name, path, look);
    assert.deepEqual(page.complaints, []);
  });

  test(`in the house, ${look}`, async () => {
    const page = await w.page({ as: boss, ...options });
    for (const [name, path] of Object.entries(house())) await look_at(page, name, path, look);
    assert.deepEqual(page.complaints, []);
  });
}

async function look_at(page, name, path, look) {
  await page.goto(path);
  await page.locator('h1').first().waitFor();
  if (/task=|new=/.test(path)) await page.getByRole('dialog').getByLabel('Description').waitFor();
  await page.waitForFunction(() => !document.querySelector('.bone') && document.getAnimations().every((a) => a.playState !== 'running'));
  await shot(page, `${name}-${look}`);
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => window.axe.run());
  assert.deepEqual(violations.map((v) => `${name} ${look}: ${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120) + n.failureSummary).join(' | ')}`), []);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(wider, 0, `${name} ${look} scrolls sideways`);
}
