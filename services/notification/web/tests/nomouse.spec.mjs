// The main job of every screen with the keys alone: each place is reached by Tab, seen, and the focus is never lost.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { choose, held, look, noMouse, pointed, press, reach, type } from './keys.mjs';
import { codeOf } from './totp.mjs';
import { PASSWORD, soon, world } from './world.mjs';

let w, boss;
before(async () => {
  w = await world();
  boss = await w.person('admin', { name: 'Boss' });
});
after(() => w.close());

/** In by keys, on a screen; `done` looks at what was forbidden all along. */
async function enter(who, path) {
  const page = await w.page({ path: '/signin' });
  await noMouse(page);
  await page.goto(path);
  await type(page, page.getByLabel('E-mail'), who.email);
  await type(page, page.getByLabel('Password'), PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  await page.locator('main h1').waitFor();
  return page;
}

async function done(page) {
  await held(page);
  assert.equal(await pointed(page), 0);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
}

const make = (title, extra = {}) => boss.call('POST', '/api/tasks/', { title, assigned_to: boss.email, due_date: soon(30), ...extra });
const read = (id) => boss.call('GET', `/api/tasks/${id}/`);

async function until(ask, good) {
  const deadline = Date.now() + 8_000;
  for (;;) {
    const got = await ask();
    if (good(got)) return got;
    assert.ok(Date.now() < deadline, `still ${JSON.stringify(got)}`);
  }
}

test('the door: a code is asked for, a new account, a reset', async () => {
  const someone = await w.person();
  const page = await w.page({ path: '/signin' });
  const { secret } = await someone.call('POST', '/api/users/me/totp/', { current_password: PASSWORD });
  await someone.call('POST', '/api/users/me/totp/confirm/', { code: codeOf(secret) });
  await noMouse(page);
  await page.goto('/signin');
  await type(page, page.getByLabel('E-mail'), someone.email);
  await type(page, page.getByLabel('Password'), PASSWORD);
  await press(page, page.getByRole('button', { name: 'Sign in' }));
  await page.getByLabel('Code').waitFor();
  await reach(page, page.getByLabel('Code'), { most: 1 }); // it has the focus by itself
  await press(page, page.getByRole('link', { name: 'Create an account' }));
  await type(page, page.getByLabel('E-mail'), 'nobody');
  await press(page, page.getByRole('button', { name: 'Create account' }));
  // To what was refused, not to nowhere.
  await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'email' && document.activeElement.matches('[aria-invalid=true]'));
  await type(page, page.getByLabel('E-mail'), `keys.${Date.now()}@example.com`);
  await type(page, page.getByLabel('Password'), 'a-good-long-one-7');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'My day' }).waitFor();
  await press(page, page.locator('.account summary'));
  await press(page, page.getByRole('button', { name: 'Sign out' }));
  await press(page, page.getByRole('link', { name: 'Forgot the password?' }));
  await type(page, page.getByLabel('E-mail'), someone.email);
  await page.keyboard.press('Enter');
  await page.getByText('If there is an account').waitFor();
  await done(page);
});

test('My day: a tick, and its undo by z', async () => {
  const task = await make('Tick me by key');
  const page = await enter(boss, '/');
  await press(page, page.getByRole('checkbox', { name: 'Completed: Tick me by key' }), 'Space');
  await until(() => read(task.id), (t) => t.status === 'completed');
  await page.getByText('Completed “Tick me by key”').waitFor();
  await page.keyboard.press('z');
  await until(() => read(task.id), (t) => t.status === 'todo');
  await done(page);
});

test('the board: two steps in a row, by arrows and by the select; a refused one gives card and focus back', async () => {
  const task = await make('Walk along');
  const page = await enter(boss, '/board?mine=1');
  const card = page.getByRole('link', { name: 'Walk along' });
  await reach(page, card);
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowRight'); // faster than the answer
  await page.getByRole('region', { name: /^Completed/ }).getByText('Walk along').waitFor();
  await until(() => read(task.id), (t) => t.status === 'completed');
  await reach(page, card, { most: 1 });
  await choose(page, page.getByLabel('Status of Walk along'), 'To');
  await until(() => read(task.id), (t) => t.status === 'todo');
  await page.getByRole('region', { name: /^To do/ }).getByText('Walk along').waitFor();
  await reach(page, page.getByLabel('Status of Walk along'), { most: 1 });

  await page.route('**/api/tasks/*/', (route) => (route.request().method() === 'PATCH' ? route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{}' }) : route.continue()));
  await reach(page, card, { key: 'Shift+Tab' });
  await page.keyboard.press('Shift+ArrowRight');
  await page.getByText('“Walk along” stays in To do.').waitFor();
  await page.getByRole('region', { name: /^To do/ }).getByText('Walk along').waitFor();
  await reach(page, card, { most: 1 });
  await done(page);
});

test('the list: searched, filtered, ordered, opened, edited, deleted and brought back', async () => {
  const task = await make('Keyed one', { priority: 'low' });
  await make('Keyed two', { priority: 'urgent' });
  const page = await enter(boss, '/list?mine=1');
  await page.keyboard.press('/');
  await page.keyboard.type('Keyed');
  await page.getByText('That is all: 2 tasks.').waitFor();
  await choose(page, page.getByLabel('Order by'), 'By pri');
  await page.waitForFunction(() => document.querySelector('li.line a')?.textContent === 'Keyed two');
  await choose(page, page.getByLabel('Priority', { exact: true }), 'Low');
  await page.getByText('That is all: 1 task.').waitFor();

  await press(page, page.getByRole('link', { name: 'Keyed one' }));
  const drawer = page.getByRole('dialog');
  await type(page, drawer.getByLabel('Title'), 'Keyed one, edited');
  await page.keyboard.press('Control+Enter');
  await drawer.waitFor({ state: 'hidden' });
  await until(() => read(task.id), (t) => t.title === 'Keyed one, edited');
  const link = page.getByRole('link', { name: 'Keyed one, edited' });
  await reach(page, link, { most: 1 }); // the focus is back where it came from

  await page.keyboard.press('Enter');
  await press(page, drawer.getByText('History'));
  await drawer.getByText('Created', { exact: true }).waitFor();
  await press(page, drawer.getByRole('button', { name: 'Delete this task' }), 'Enter', { key: 'Shift+Tab' });
  await page.getByText('Deleted “Keyed one, edited”').waitFor();
  await link.waitFor({ state: 'detached' });
  await held(page);
  await page.keyboard.press('z');
  await link.waitFor();
  assert.equal((await read(task.id)).title, 'Keyed one, edited');
  await done(page);
});

test('a new task for someone, found by typing', async () => {
  const worker = await w.person('user', { name: 'Keyed Worker' });
  const page = await enter(boss, '/board');
  await page.keyboard.press('n');
  await page.getByRole('dialog', { name: 'New task' }).waitFor();
  await page.keyboard.type('Made by keys');
  await type(page, page.getByRole('combobox', { name: 'Assigned to' }), worker.email.slice(0, 20));
  await page.getByRole('option', { name: new RegExp(worker.email) }).waitFor();
  await page.keyboard.press('Enter');
  await choose(page, page.getByLabel('Priority', { exact: true }), 'High');
  await reach(page, page.getByLabel('Due on'));
  await page.keyboard.type('05052031');
  await press(page, page.getByRole('button', { name: 'Create task' }));
  await page.getByText('Created “Made by keys”').waitFor();
  const [made] = (await boss.call('GET', '/api/tasks/?q=Made%20by%20keys')).results;
  assert.deepEqual([made.assigned_to, made.priority, made.due_date.slice(0, 10)], [worker.email, 'high', '2031-05-05']);
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await done(page);
});

test('a conflict is decided', async () => {
  const task = await make('Both hands');
  const page = await enter(boss, `/list?task=${task.id}`);
  await type(page, page.getByRole('dialog').getByLabel('Title'), 'Both hands, mine');
  await w.root.call('PATCH', `/api/tasks/${task.id}/`, { title: 'Both hands, theirs' });
  await page.keyboard.press('Control+Enter');
  await page.getByText('Someone changed this task while').waitFor();
  await reach(page, page.getByRole('radio', { name: /Yours/ }));
  await page.keyboard.press('ArrowDown');
  await press(page, page.getByRole('button', { name: 'Save this choice' }));
  await page.getByText('Someone changed this task while').waitFor({ state: 'hidden' });
  assert.equal((await read(task.id)).title, 'Both hands, theirs');
  await done(page);
});

test('several tasks at once: picked, a range with Shift, given a status, a date and to someone', async () => {
  const made = [];
  for (let i = 0; i < 4; i++) made.push(await make(`Bulk by key ${i}`));
  const page = await enter(boss, '/list?mine=1&q=Bulk%20by%20key');
  await page.getByText('That is all: 4 tasks.').waitFor();
  await press(page, page.getByRole('button', { name: 'Select' }));
  await press(page, page.getByLabel('Pick Bulk by key 0'), 'Space');
  await press(page, page.getByLabel('Pick Bulk by key 2'), 'Shift+Space');
  const bar = page.getByRole('toolbar', { name: 'Picked tasks' });
  await bar.getByText('3 picked').waitFor();
  await press(page, bar.getByLabel('Set the status').first());
  await press(page, bar.getByRole('button', { name: 'Completed' }));
  await page.getByText('3 tasks changed').waitFor();
  const states = async () => Promise.all(made.map(async ({ id }) => (await read(id)).status));
  assert.deepEqual(await states(), ['completed', 'completed', 'completed', 'todo']);
  await held(page);
  await page.keyboard.press('z');
  await until(states, (all) => all.every((one) => one === 'todo'));

  await bar.getByText('0 picked').waitFor();
  await press(page, bar.getByRole('checkbox'), 'Space');
  await bar.getByText('4 picked').waitFor();
  await press(page, bar.getByRole('button', { name: 'Due date' }));
  await reach(page, page.getByRole('dialog').locator('[type=date]'), { most: 1 });
  await page.keyboard.type('06062032');
  await press(page, page.getByRole('button', { name: 'Set the date' }));
  await until(async () => (await read(made[3].id)).due_date.slice(0, 10), (day) => day === '2032-06-06');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await done(page);
});

test('the inbox: read, snoozed, archived, deleted; the focus goes to the next each time', async () => {
  const someone = await w.person('user', { name: 'Reader' });
  for (const title of ['Mail one', 'Mail two', 'Mail three', 'Mail four']) await boss.call('POST', '/api/tasks/', { title, assigned_to: someone.email });
  await until(async () => (await someone.call('GET', '/api/notifications/')).results.length, (n) => n === 4);
  const page = await enter(someone, '/inbox');
  const row = (title) => page.getByRole('list', { name: 'Notifications' }).getByRole('listitem').filter({ hasText: title });
  await press(page, row('Mail four').getByRole('button', { name: /^Mark as read/ }));
  await row('Mail four').getByRole('button', { name: /^Mark as unread/ }).waitFor();
  await press(page, row('Mail four').getByRole('button', { name: /^Archive/ }));
  await row('Mail four').waitFor({ state: 'detached' });
  await reach(page, row('Mail three').getByRole('button', { name: /^Archive/ }), { most: 1 });
  await press(page, row('Mail three').getByLabel(/^Snooze/).first(), 'Enter', { key: 'Shift+Tab' });
  await press(page, row('Mail three').getByRole('button', { name: /^Tomorrow morning/ }));
  await row('Mail three').waitFor({ state: 'detached' });
  await reach(page, row('Mail two').getByLabel(/^Snooze/).first(), { most: 1 });
  await press(page, row('Mail two').getByRole('button', { name: /^Delete/ }));
  await row('Mail two').waitFor({ state: 'detached' });
  await page.keyboard.press('z');
  await row('Mail two').waitFor();
  await press(page, row('Mail one').getByRole('link'));
  await page.getByRole('dialog', { name: 'Mail one' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await press(page, page.getByRole('button', { name: 'Snoozed', exact: true }), 'Enter', { key: 'Shift+Tab' });
  await press(page, row('Mail three').getByRole('button', { name: /^Bring back now/ }));
  await page.getByText('Nothing is snoozed').waitFor();
  await done(page);
});

test('preferences and profile', async () => {
  const someone = await w.person('user', { name: 'Choosy' });
  const page = await enter(someone, '/preferences');
  await press(page, page.getByLabel('A task is taken from me: E-mail'), 'Space');
  await type(page, page.getByLabel('How many'), '2');
  await press(page, page.getByRole('button', { name: 'Add a reminder' }));
  await press(page, page.getByRole('button', { name: 'No reminder 1 day before' }), 'Enter', { key: 'Shift+Tab' });
  await page.getByText('1 day before').waitFor({ state: 'detached' });
  await held(page);
  await press(page, page.getByLabel('Mail and webhooks wait at night'), 'Space');
  await choose(page, page.getByLabel('How mail comes'), 'One mail a w');
  await press(page, page.getByRole('button', { name: 'Save', exact: true }));
  await page.getByText('Preferences saved').waitFor();
  const saved = await someone.call('GET', '/api/notifications/preferences/');
  assert.deepEqual([saved.types.unassigned.email, saved.remind_before_minutes, saved.digest], [false, 120, 'weekly']);
  await held(page);
  await press(page, page.getByRole('link', { name: 'Profile' }), 'Enter', { key: 'Shift+Tab' });
  await type(page, page.getByLabel('Name'), 'Choosier');
  await page.keyboard.press('Enter');
  await page.getByText('Profile saved').waitFor();
  await press(page, page.getByRole('button', { name: 'Dark' }));
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
  await done(page);
});

test('security and connections: a token, an address, a webhook, each made and taken back', async () => {
  const someone = await w.person('user', { name: 'Careful' });
  const page = await enter(someone, '/security');
  await press(page, page.getByRole('button', { name: 'New token' }));
  await page.waitForFunction(() => document.activeElement?.matches('form input'));
  await page.keyboard.type('By key');
  await press(page, page.getByRole('button', { name: 'Create token' }));
  await reach(page, page.getByRole('button', { name: 'Copy' }), { most: 1 });
  await press(page, page.getByRole('button', { name: 'I have kept it' }));
  await held(page);
  await press(page, page.getByRole('button', { name: 'Revoke By key' }));
  await page.getByText('“By key” is revoked').waitFor();
  await held(page);

  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await press(page, page.getByRole('button', { name: 'Make an address: Calendar' }));
  await press(page, page.getByRole('button', { name: 'I have kept it' }));
  await press(page, page.getByRole('button', { name: 'Remove: Calendar' }));
  await page.getByText('leads nowhere now').waitFor();
  await press(page, page.getByRole('button', { name: 'New webhook' }));
  await page.waitForFunction(() => document.activeElement?.matches('form input'));
  await page.keyboard.type('https://example.com/hook');
  await press(page, page.getByRole('button', { name: 'Create webhook' }));
  await press(page, page.getByRole('button', { name: 'I have kept it' }));
  await press(page, page.getByRole('list', { name: 'Webhooks' }).getByRole('button', { name: 'Delete' }));
  await page.getByText('The webhook is gone').waitFor();
  await done(page);
});

test('people: disabled, given a role, renamed, deleted', async () => {
  const someone = await w.person('user', { name: 'Keyed Person' });
  const page = await enter(boss, '/people');
  await type(page, page.getByRole('searchbox'), someone.email);
  const row = page.getByRole('listitem').filter({ hasText: someone.email });
  await page.waitForFunction(() => document.querySelectorAll('ul[aria-label=People] > li').length === 1);
  const state = () => boss.call('GET', `/api/users/${someone.id}/`);
  await press(page, row.getByRole('button', { name: /^Disable/ }));
  await until(state, (one) => !one.is_active);
  await press(page, row.getByRole('button', { name: /^Enable/ }));
  await until(state, (one) => one.is_active);
  await choose(page, row.getByLabel('Role of Keyed Person'), 'Adm');
  await until(state, (one) => one.role === 'admin');
  const more = row.getByLabel(/^More about/).first();
  await press(page, more);
  await press(page, row.getByRole('button', { name: 'Rename' }));
  await page.getByRole('dialog').waitFor();
  await reach(page, page.getByRole('dialog').getByLabel(/^Name of/), { most: 1 });
  await page.keyboard.press('Control+a');
  await page.keyboard.type('Renamed by key');
  await page.keyboard.press('Enter');
  await row.getByText('Renamed by key').waitFor();
  await reach(page, more, { most: 1 });
  await press(page, more);
  await press(page, row.getByRole('button', { name: 'Delete' }));
  await press(page, page.getByRole('dialog').getByRole('button', { name: 'Delete for good' }));
  await row.waitFor({ state: 'detached' });
  await done(page);
});

test('files in and out', async () => {
  const page = await enter(boss, '/transfer');
  const choosing = page.waitForEvent('filechooser');
  await press(page, page.getByLabel('File with tasks'), 'Enter');
  await (await choosing).setFiles({ name: 'keys.csv', mimeType: 'text/csv', buffer: Buffer.from('title\nImported by key\n') });
  await press(page, page.getByRole('button', { name: 'Import 1 task' }));
  await page.getByText('1 task imported').waitFor();
  await held(page);
  await press(page, page.getByRole('button', { name: 'Another file' }));
  await reach(page, page.getByLabel('File with tasks'), { most: 1 });
  const coming = page.waitForEvent('download');
  await press(page, page.getByRole('button', { name: 'Export', exact: true }));
  await coming;
  await page.getByText(/^Exported/).waitFor();
  await done(page);
});

test('trash, deliveries, audit log, health', async () => {
  const gone = await make('Gone by key');
  await boss.call('DELETE', `/api/tasks/${gone.id}/`);
  const page = await enter(boss, '/trash');
  await press(page, page.getByRole('button', { name: 'Restore Gone by key' }));
  await page.getByText('Restored “Gone by key”').waitFor();
  await held(page);
  await page.keyboard.press('g');
  await page.keyboard.press('m');
  await press(page, page.getByRole('button', { name: 'Send me a test mail' }));
  await page.getByRole('list', { name: 'Deliveries' }).getByRole('listitem').filter({ hasText: boss.email }).first().waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await choose(page, page.getByLabel('What'), 'Signed in');
  const entry = page.getByRole('list', { name: 'Audit log' }).getByRole('listitem').first();
  await press(page, entry.locator('summary'));
  await entry.getByText('127.0.0.1').waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('h');
  await page.getByText('Every part answers.').waitFor();
  await done(page);
});

test('Tab comes to everything on every screen, and one sees each time where it is', async () => {
  await make('On every screen');
  const page = await enter(boss, '/');
  const paths = ['/', '/board', '/list', '/inbox', '/people', '/trash', '/transfer', '/deliveries', '/audit', '/health', '/profile', '/preferences', '/security', '/connections', '/list?new=1', '/list?q=surelynothing'];
  for (const path of paths) {
    await page.goto(path);
    await page.locator('main h1').waitFor();
    if (path.includes('new')) await page.getByRole('dialog').waitFor();
    await page.waitForFunction(() => !document.querySelector('.bone'));
    // From the heading to the end, and once around.
    for (let i = 0, ends = 0; i < 600 && ends < 2; i++) {
      await page.keyboard.press('Tab');
      const stop = await look(page);
      if (stop.body) ends++;
      if (stop.body) continue;
      assert.ok(stop.seen, `${path}: the focus is not seen on ${stop.html}`);
      // By what it is, too: a row that was out of sight meanwhile is drawn anew.
      await page.evaluate(() => {
        const one = document.activeElement;
        (window.met ??= new Set()).add(one.outerHTML);
        one.dataset.met = 'yes';
      });
    }
    const missed = await page.evaluate(() => {
      const root = document.querySelector('dialog[open]') ?? document;
      const all = [...root.querySelectorAll('a[href], button, input, select, textarea, summary')];
      return all.filter((one) => !one.dataset.met && !window.met.has(one.outerHTML) && !one.disabled && one.tabIndex >= 0 && one.type !== 'radio' && one.checkVisibility()).map((one) => one.outerHTML.slice(0, 120));
    });
    assert.deepEqual(missed, [], path);
  }
  assert.equal(await pointed(page), 0);
});
