// One stream for all tabs of a browser: one tab leads and tells the others; when it closes, another takes over.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { world } from './world.mjs';

let w, boss;
before(async () => {
  w = await world();
  boss = await w.person('admin', { name: 'Boss' });
});
after(() => w.close());

const assign = (to, title) => boss.call('POST', '/api/tasks/', { title, assigned_to: to.email });
const row = (page, title) => page.getByRole('list', { name: 'Notifications' }).getByRole('listitem').filter({ hasText: title });

test('three tabs hold one stream; each shows what happens, each knows that it is live', async () => {
  const someone = await w.person('user', { name: 'Tabbed' });
  const first = await w.page();
  const streams = [];
  first.context().on('request', (request) => /\/stream\/$/.test(request.url()) && streams.push(Object.assign(request, { tab: request.frame().page() })));
  // Of a tab that is closed nothing is heard any more.
  const open = () => streams.filter((request) => !request.over && !request.tab.isClosed());
  const running = () => open().length;
  for (const kind of ['requestfinished', 'requestfailed']) first.context().on(kind, (request) => (request.over = true));

  await w.signIn(first, someone.email, '/inbox');
  await first.locator('i.live').waitFor();
  const others = [];
  for (const path of ['/inbox', '/inbox']) {
    const tab = await w.tab(first, path);
    await tab.getByRole('heading', { name: 'Inbox' }).waitFor();
    await tab.locator('i.live').waitFor();
    others.push(tab);
  }
  await assign(someone, 'Told to every tab');
  for (const tab of [first, ...others]) await row(tab, 'Told to every tab').waitFor();
  assert.equal(running(), 1);
  assert.equal(streams[0].tab, first);

  // The one that leads goes away.
  await first.close();
  const next = await until(() => open()[0]);
  assert.ok(others.includes(next.tab));
  await assign(someone, 'After the first has gone');
  for (const tab of others) {
    await row(tab, 'After the first has gone').waitFor();
    await tab.locator('i.live').waitFor();
  }
  assert.equal(running(), 1);

  // And the next one, in the middle of a change that nobody is there to hear of.
  const leader = next.tab;
  const last = others.find((tab) => tab !== leader);
  await Promise.all([leader.close(), assign(someone, 'Between two leaders')]);
  await row(last, 'Between two leaders').waitFor();
  assert.equal(running(), 1);
  for (const tab of [first, ...others]) assert.deepEqual(tab.complaints, []);
});

test('who signs out stops the stream, in every tab', async () => {
  const someone = await w.person();
  const first = await w.page({ as: someone });
  await first.locator('i.live').waitFor();
  const second = await w.tab(first, '/inbox');
  await second.getByRole('heading', { name: 'Inbox' }).waitFor();
  const over = first.context().waitForEvent('requestfailed', (request) => /\/stream\/$/.test(request.url()));
  await second.locator('.account summary').click();
  await second.getByRole('button', { name: 'Sign out' }).click();
  await over;
  await first.getByRole('heading', { name: 'Sign in' }).waitFor();
  for (const tab of [first, second]) assert.deepEqual(tab.complaints, []);
});

async function until(ask) {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const got = ask();
    if (got) return got;
    assert.ok(Date.now() < deadline, 'it never came');
    await new Promise((again) => setImmediate(again));
  }
}
