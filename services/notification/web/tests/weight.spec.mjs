// What a first visit really loads, and from where.

import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { after, before, test } from 'node:test';
import { PASSWORD, world } from './world.mjs';

let w;
before(async () => (w = await world()));
after(() => w.close());

test('from nothing to My day: at most 40 KB of script and 10 KB of style, gzipped, all from here', async () => {
  const someone = await w.person();
  const page = await w.page({ path: '/signin' });
  const sizes = { js: 0, css: 0 };
  const seen = [];
  page.on('response', (reply) => seen.push(reply));
  await page.goto('/');
  await page.getByLabel('E-mail').fill(someone.email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'My day' }).waitFor();
  await page.getByRole('heading', { name: 'New for you' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'New for you' }).waitFor();
  const counted = new Set();
  for (const reply of seen) {
    const url = new URL(reply.url());
    assert.equal(url.origin, new URL(w.base).origin);
    const kind = url.pathname.match(/\.(js|css)$/)?.[1];
    if (!kind || counted.has(url.pathname) || /Door-/.test(url.pathname)) continue;
    counted.add(url.pathname);
    sizes[kind] += gzipSync(Buffer.from(await (await fetch(reply.url())).arrayBuffer()), { level: 9 }).length;
  }
  console.log(`first load: ${sizes.js} B script, ${sizes.css} B style, gzipped`);
  assert.ok(sizes.js <= 40 * 1024 && sizes.css <= 10 * 1024);
});

test('nothing jumps while a screen fills', async () => {
  const boss = await w.person('admin', { name: 'Boss' });
  for (let i = 0; i < 6; i++) await boss.call('POST', '/api/tasks/', { title: `Steady ${i}`, assigned_to: boss.email });
  const page = await w.page({ as: boss });
  await page.addInitScript(() => {
    window.shift = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((e) => (window.shift += e.value))).observe({ type: 'layout-shift', buffered: true });
  });
  for (const path of ['/', '/board', '/list', '/inbox']) {
    await page.goto(path);
    await page.locator('h1').waitFor();
    await page.locator('.bone').first().waitFor({ state: 'detached' });
    const shift = await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(window.shift)))));
    console.log(`${path} shifts by ${shift.toFixed(3)}`);
    assert.ok(shift < 0.1, `${path}: ${shift}`);
  }
});
