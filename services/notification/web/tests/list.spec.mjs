// The list: filters in the address, search, and scrolling without end or stutter.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { soon, world } from './world.mjs';

let w, boss, mark;
before(async () => {
  w = await world();
  boss = await w.person('admin', { name: 'Boss' });
  mark = `mark${Date.now().toString(36)}`;
  for (let i = 0; i < 70; i++) {
    await boss.call('POST', '/api/tasks/', { title: `${mark} number ${i}`, due_date: soon(i + 1), priority: i === 3 ? 'urgent' : 'none', assigned_to: boss.email });
  }
});
after(() => w.close());

test('search and filters narrow the list and live in the address', async () => {
  const page = await w.page({ as: boss, path: '/board' });
  await page.getByRole('heading', { name: 'Board' }).waitFor();
  await page.keyboard.press('/');
  await page.locator('input[type=search]:focus').waitFor();
  await page.keyboard.type(`${mark} 33`);
  await page.getByRole('link', { name: `${mark} number 33` }).waitFor();
  await page.getByText('That is all: 1 task.').waitFor();
  assert.match(page.url(), /q=mark/);
  await page.goto(`/list?q=${mark}&priority=urgent`);
  await page.getByText('That is all: 1 task.').waitFor();
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.getByRole('link', { name: `${mark} number 0`, exact: true }).waitFor();
  await page.goto(`/list?q=${mark}nothing`);
  await page.getByText('No task fits these filters').waitFor();
  assert.deepEqual(page.complaints, []);
});

test('the next page comes before the end is reached, in order', async () => {
  const page = await w.page({ as: boss, path: `/list?q=${mark}` });
  await page.getByRole('link', { name: `${mark} number 0`, exact: true }).waitFor();
  await toTheEnd(page);
  await page.waitForFunction(() => document.querySelectorAll('li.line').length === 70); // drawn a few a turn
  const titles = await page.getByRole('list', { name: /^Tasks/ }).getByRole('link').allTextContents();
  assert.deepEqual(titles, Array.from({ length: 70 }, (_, i) => `${mark} number ${i}`));
});

test('who scrolls at once, on a busy machine, comes to the end all the same', async () => {
  const page = await w.page({ as: boss, path: `/list?q=${mark}` });
  await page.locator('li.line').first().waitFor();
  // "Out of sight" and "in sight" of the end are told together then.
  await page.evaluate(async () => {
    const until = Date.now() + 20_000;
    while (!document.querySelector('.end') && Date.now() < until) {
      scrollBy(0, innerHeight / 3);
      await new Promise((drawn) => requestAnimationFrame(drawn));
    }
  });
  await page.getByText('That is all: 70 tasks.').waitFor();
});

test('a change while someone is deep in the list is offered, and moves nothing', async () => {
  const page = await w.page({ as: boss, path: `/list?q=${mark}` });
  await page.locator('i.live').waitFor();
  await page.getByRole('link', { name: `${mark} number 0`, exact: true }).waitFor();
  await toTheEnd(page);
  const other = await w.person('admin', { name: 'Other' });
  await other.call('POST', '/api/tasks/', { title: `${mark} new one`, due_date: soon(0.5), assigned_to: boss.email });
  await page.getByRole('button', { name: 'The list has changed' }).click();
  await page.getByRole('link', { name: `${mark} new one` }).waitFor();
});

test('who scrolls on while the list is loaded anew misses no row of it', async () => {
  const page = await w.page({ as: boss, path: `/list?q=${mark}` });
  await page.locator('i.live').waitFor();
  await page.getByRole('list', { name: 'Tasks 51 to 55' }).waitFor();
  const held = { anew: null, more: null };
  await page.route('**/api/tasks/?*', (route) => {
    const which = new URL(route.request().url()).searchParams.has('cursor') ? 'more' : 'anew';
    if (held[which] !== null) return route.continue();
    return new Promise((go) => (held[which] = go)).then(() => route.continue());
  });
  await boss.call('POST', '/api/tasks/', { title: `${mark} one more`, due_date: soon(0.4), assigned_to: boss.email });
  await page.getByRole('button', { name: 'The list has changed' }).click();
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await page.getByRole('button', { name: 'Loading more…' }).waitFor();
  held.anew();
  await page.getByRole('link', { name: `${mark} one more` }).waitFor({ state: 'attached' });
  held.more?.();
  held.more = false;
  await page.mouse.move(700, 400);
  const end = page.getByText('That is all');
  for (let turn = 0; turn < 100 && !(await end.isVisible()); turn++) await page.mouse.wheel(0, 1_000);
  const all = (await boss.call('GET', `/api/tasks/?q=${mark}&ordering=due_date&limit=100`)).results;
  await page.getByText(`That is all: ${all.length} tasks.`).waitFor();
});

test('five thousand tasks scroll', async () => {
  const page = await w.page({ as: boss, path: '/board' });
  const total = 5_000;
  // The pages are made here: what is measured is the page, not the database.
  await page.route('**/api/tasks/?*', (route) => {
    const url = new URL(route.request().url());
    const from = Number(url.searchParams.get('cursor') ?? 0);
    const limit = Math.min(Number(url.searchParams.get('limit')), total - from);
    const results = Array.from({ length: limit }, (_, i) => made(from + i));
    url.searchParams.set('cursor', from + limit);
    return route.fulfill({ json: { next: from + limit < total ? url.toString() : null, previous: null, results } });
  });
  await page.goto('/list');
  await page.getByRole('link', { name: 'Made 0', exact: true }).waitFor();
  await page.evaluate(async () => {
    const started = Date.now();
    while (!document.querySelector('.end') && Date.now() - started < 60_000) {
      window.scrollTo(0, document.documentElement.scrollHeight);
      await new Promise((r) => requestAnimationFrame(r));
    }
  });
  await page.getByText('That is all: 5,000 tasks.').waitFor();
  await page.getByRole('link', { name: `Made ${total - 1}`, exact: true }).waitFor();
  // What is far out of sight is a place, not rows; how long the tasks of the main thread take is measured by measure:scroll.
  assert.ok((await page.locator('li.line').count()) < 1_000);
  const height = await settledHeight(page);
  // Whether a block was ever drawn or scrolled past makes no difference to its place.
  const heights = await page.getByRole('list', { name: /^Tasks/ }).evaluateAll((blocks) => blocks.map((block) => block.getBoundingClientRect().height));
  assert.deepEqual([...new Set(heights)], [heights[0]]);
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.getByRole('link', { name: 'Made 0', exact: true }).waitFor();
  assert.equal(await settledHeight(page), height);
});

/** What comes near is drawn a little after each frame: the height that the page keeps for twenty of them. */
const settledHeight = (page) =>
  page.evaluate(async () => {
    let height = 0;
    for (let same = 0; same < 20; same++) {
      await new Promise((r) => requestAnimationFrame(r));
      if (document.documentElement.scrollHeight !== height) [same, height] = [0, document.documentElement.scrollHeight];
    }
    return height;
  });

const made = (i) => ({
  id: `0193aaaa-0000-7000-8000-${String(i).padStart(12, '0')}`, title: `Made ${i}`, description: '', status: 'todo', priority: 'medium', due_date: soon(i), assigned_to: boss.email,
  assignee_id: boss.id, created_by: boss.id, version: 1, created_at: soon(-1), updated_at: soon(-1), completed_at: null,
});

/** As far as there is something to scroll to: each turn of the wheel may bring one more page. */
async function toTheEnd(page) {
  await page.mouse.move(700, 400);
  const end = page.getByText('That is all: 70 tasks.');
  for (let turn = 0; turn < 100 && !(await end.isVisible()); turn++) await page.mouse.wheel(0, 1_000);
  await end.waitFor();
}
