// Five thousand tasks in the list, scrolled to the end, then left alone until the clock has moved on: which tasks of the main
// thread took longer than 50 ms? Real tasks of a real Docket. Fails if there is one.

import { soon } from '../tests/world.mjs';
import { subject } from './subject.mjs';

const TOTAL = Number(process.env.TOTAL ?? 5_000);
const { w, end } = await subject();
const boss = await w.person('admin', { name: 'Boss' });
const people = [];
for (const name of ['Sam Reed', 'Kim Noor', 'Ira Vance']) people.push(await w.person('user', { name }));

const priorities = ['none', 'low', 'medium', 'high', 'urgent'];
for (let from = 0; from < TOTAL; from += 500) {
  const operations = Array.from({ length: Math.min(500, TOTAL - from) }, (_, i) => ({
    op: 'create',
    task: { title: `Task ${from + i} of the long list`, priority: priorities[i % 5], due_date: soon(from + i), assigned_to: people[i % 3].email },
  }));
  await boss.call('POST', '/api/tasks/bulk/', { mode: 'atomic', operations });
}

// Whoever made them has told everybody, and the machine has its hands free.
for (const person of people) {
  while ((await person.call('GET', '/api/notifications/unread-count/')).unread < Math.floor(TOTAL / 3)) await new Promise((told) => setTimeout(told, 500));
}
await new Promise((quiet) => setTimeout(quiet, 10_000));

let bad = false;
for (const [look, options] of [['wide', {}], ['phone', { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }]]) {
  const page = await w.page({ as: boss, path: '/list', ...options });
  await page.getByRole('heading', { name: 'List' }).waitFor();
  await page.locator('li.line').first().waitFor();
  await page.evaluate(() => {
    window.long = [];
    new PerformanceObserver((list) => window.long.push(...list.getEntries().map((e) => Math.round(e.duration)))).observe({ type: 'longtask' });
  });
  const began = Date.now();
  const rows = await page.evaluate(async () => {
    // As a hand would, only faster: a third of a screen each frame, for as long as there is more.
    while (!document.querySelector('.end')) {
      window.scrollBy(0, innerHeight / 3);
      await new Promise((drawn) => requestAnimationFrame(drawn));
    }
    // What is far out of sight is not drawn: the end says how many there are.
    return document.querySelector('.end').textContent;
  });
  const scrolled = await page.evaluate(() => window.long.splice(0));
  bad ||= scrolled.length > 0;
  console.log(`${look}: "${rows}" in ${Date.now() - began} ms; tasks over 50 ms while scrolling: ${scrolled.join(', ') || 'none'}`);
  await page.evaluate(async () => {
    // Up again, by whole screens, and on until the clock of the page has ticked.
    for (let i = 0; i < 60; i++) {
      window.scrollBy(0, -innerHeight);
      await new Promise((drawn) => requestAnimationFrame(drawn));
    }
    await new Promise((ticked) => setTimeout(ticked, 35_000));
  });
  const left = await page.evaluate(() => window.long.splice(0));
  bad ||= left.length > 0;
  console.log(`${look}: tasks over 50 ms going up and in the half minute after: ${left.join(', ') || 'none'}`);
  const box = await page.evaluate(() => document.querySelectorAll('*').length);
  console.log(`${look}: ${box} elements in the page`);
  await page.context().close();
}
await end();
process.exit(bad ? 1 : 0);
