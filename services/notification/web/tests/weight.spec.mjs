// What a first visit really loads, and from where.

import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { after, before, test } from 'node:test';
import { signIn, world } from './world.mjs';

let w;
before(async () => (w = await world()));
after(() => w.close());

const KINDS = { js: 40_000, css: 10_000 };

/** What came of scripts and styles until `there`, gzipped; all of it from here. */
async function weigh(page, path, there) {
  const seen = [];
  page.on('response', (reply) => seen.push(new URL(reply.url())));
  await page.goto(path);
  await page.getByRole('heading', { name: there }).waitFor();
  const sizes = { js: 0, css: 0 };
  for (const url of new Set(seen.map(String))) {
    assert.equal(new URL(url).origin, new URL(w.base).origin);
    const kind = new URL(url).pathname.match(/\.(js|css)$/)?.[1];
    if (kind) sizes[kind] += gzipSync(Buffer.from(await (await fetch(url)).arrayBuffer()), { level: 9 }).length;
  }
  console.log(`first load of ${path}: ${sizes.js} B script, ${sizes.css} B style, gzipped`);
  for (const [kind, most] of Object.entries(KINDS)) assert.ok(sizes[kind] > 0 && sizes[kind] <= most, `${path}: ${sizes[kind]} B of ${kind}`);
}

test('at most 40 KB of script and 10 KB of style to the door, and as much to My day, gzipped, all from here', async () => {
  const someone = await w.person();
  const page = await w.page();
  await weigh(page, '/signin', 'Sign in');
  await signIn(page, someone.email);
  await weigh(await page.context().newPage(), '/', 'New for you');
});

for (const [look, options] of [['wide', {}], ['phone', { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }]]) test(`nothing jumps while a screen fills, ${look}`, async () => {
  const boss = await w.person('admin', { name: 'Boss' });
  for (let i = 0; i < 6; i++) await boss.call('POST', '/api/tasks/', { title: `Steady ${i}`, assigned_to: boss.email });
  const page = await w.page({ as: boss, ...options });
  await page.addInitScript(() => {
    window.shift = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((e) => (window.shift += e.value))).observe({ type: 'layout-shift', buffered: true });
  });
  for (const path of ['/', '/board', '/list', '/inbox']) {
    await page.goto(path);
    await page.locator('h1').waitFor();
    await page.locator('.bone').first().waitFor({ state: 'detached' });
    const shift = await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(window.shift)))));
    console.log(`${look} ${path} shifts by ${shift.toFixed(3)}`);
    assert.ok(shift < 0.1, `${path}: ${shift}`);
  }
});
