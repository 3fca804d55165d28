// How long until a move on one person's board is seen on another's, in another browser: from the key to the card in its new
// column over there. Forty moves, one after the other; BASE_URL names a Docket that runs already.

import { subject } from './subject.mjs';

const MOVES = Number(process.env.MOVES ?? 40);
const { w, end } = await subject();
const boss = await w.person('admin', { name: 'Boss' });
const worker = await w.person('user', { name: 'Worker' });
const task = await boss.call('POST', '/api/tasks/', { title: 'To and fro', assigned_to: worker.email });
const theirs = await w.page({ as: boss, path: '/board' });
const mine = await w.page({ as: worker, path: '/board' });
for (const page of [theirs, mine]) await page.locator('i.live').waitFor();

const statuses = ['in-progress', 'completed', 'in-progress', 'todo'];
const times = [];
for (let i = 0; i < MOVES; i++) {
  const to = statuses[i % statuses.length];
  // Both browsers are on this machine, and tell its time.
  const seen = theirs.evaluate(
    ([id, status]) =>
      new Promise((done) => {
        const there = () => document.querySelector(`section[aria-labelledby="column-${status}"] [data-card="${id}"]`);
        const watch = new MutationObserver(() => there() && (watch.disconnect(), done(Date.now())));
        watch.observe(document.body, { childList: true, subtree: true });
      }),
    [task.id, to],
  );
  await mine.locator(`[data-card="${task.id}"] a`).focus();
  const pressed = Date.now();
  await mine.keyboard.press(i % 4 < 2 ? 'Shift+ArrowRight' : 'Shift+ArrowLeft');
  times.push((await seen) - pressed);
}
times.sort((a, b) => a - b);
const at = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))];
console.log(`${MOVES} moves seen in the other browser: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms`);
await end();
process.exit(at(1) <= 500 ? 0 : 1);
