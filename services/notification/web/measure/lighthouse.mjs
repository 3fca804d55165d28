// Lighthouse on the door and on the screens behind it, in a browser that is signed in: performance at least 0.95,
// accessibility and best practices 1. As a phone on a slow network, which is how Lighthouse looks unless told otherwise;
// LOOK=desktop is the other way. SCREENS="/board /list" looks at those alone.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import lighthouse, { desktopConfig } from 'lighthouse';
import { chromium } from 'playwright-core';
import { soon, signIn } from '../tests/world.mjs';
import { subject } from './subject.mjs';

const LEAST = { performance: 0.95, accessibility: 1, 'best-practices': 1 };
const DOOR = ['/signin', '/register', '/reset'];
const HOUSE = ['/', '/board', '/list', '/inbox', '/people', '/trash', '/transfer', '/deliveries', '/audit', '/health', '/profile', '/preferences', '/security', '/connections'];
const only = process.env.SCREENS?.split(' ') ?? [...DOOR, ...HOUSE];
const PORT = 9333;

const { w, end } = await subject();
const boss = await w.person('admin', { name: 'Ada Boss' });
for (let i = 0; i < 40; i++) {
  await w.task({ title: `Task ${i}`, status: ['todo', 'in-progress', 'completed'][i % 3], priority: ['none', 'high'][i % 2], due_date: soon(i * 5 - 20), assigned_to: boss.email });
}
const profile = mkdtempSync(`${tmpdir()}/docket-lighthouse-`);
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', `--remote-debugging-port=${PORT}`],
});

let bad = false;
async function look(path) {
  // With an empty cache; cookies and local storage, where the session is, Lighthouse leaves alone.
  // The stream stays open, so the network is never quiet: it is not waited for longer than anything happens.
  const options = { port: PORT, logLevel: 'error', onlyCategories: Object.keys(LEAST), maxWaitForLoad: 12_000 };
  const { lhr } = await lighthouse(process.env.BASE_URL + path, options, process.env.LOOK === 'desktop' ? desktopConfig : undefined);
  const scores = Object.entries(LEAST).map(([name, least]) => ({ name, score: lhr.categories[name].score, least }));
  const shown = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift'].map((id) => `${id.replace(/\B\w+-?/g, '')} ${lhr.audits[id].displayValue}`);
  console.log(`${path.padEnd(13)} ${scores.map((one) => `${one.name} ${one.score}`).join(', ')}; ${shown.join(', ')}`);
  for (const { name, score, least } of scores) {
    if (score >= least) continue;
    bad = true;
    for (const { id } of lhr.categories[name].auditRefs.filter((ref) => ref.weight > 0 && (lhr.audits[ref.id].score ?? 1) < 0.9)) {
      console.log(`  ${name}: ${id}: ${lhr.audits[id].title} ${lhr.audits[id].displayValue ?? ''}`);
    }
  }
}

for (const path of DOOR.filter((path) => only.includes(path))) await look(path);
const page = await browser.newPage();
await signIn(page, boss.email, process.env.BASE_URL);
await page.close();
for (const path of HOUSE.filter((path) => only.includes(path))) await look(path);

await browser.close();
rmSync(profile, { recursive: true, force: true });
await end();
process.exit(bad ? 1 : 0);
