// What the API refuses stands beside the field it is about, in words; a part that is away is named. No codes anywhere.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PASSWORD, world } from './world.mjs';

let w, boss;
before(async () => {
  w = await world();
  boss = await w.person('admin', { name: 'Boss' });
});
after(() => w.close());

/** Nothing that only a programmer reads: names with underscores, numbers of statuses, headers, formats. */
const CODES = /\b[a-z]+_[a-z_]+\b|\b[45]\d\d\b|If-Match|ETag|RFC|JSON|request_id|undefined|null|\[object/;

/** The field is marked, and what describes it says why. */
async function beside(page, field, words) {
  await field.and(page.locator('[aria-invalid="true"]')).waitFor();
  const ids = (await field.getAttribute('aria-describedby')).split(' ');
  const told = (await Promise.all(ids.map((id) => page.locator(`[id="${id}"]`).innerText()))).join(' ');
  assert.match(told, words);
  await plain(page);
}

/** Every notice, error and message that is shown now is plain. */
async function plain(page) {
  for (const text of await page.locator('[role=alert], .error, .notice, .toast').allInnerTexts()) assert.doesNotMatch(text, CODES);
}

const button = (page, name) => page.getByRole('button', { name, exact: true });

test('at the door', async () => {
  const page = await w.page({ path: '/register' });
  await page.getByLabel('E-mail').fill(boss.email);
  await page.getByLabel('Password').fill('a-good-long-one-7');
  await button(page, 'Create account').click();
  await page.getByText('There is an account with this e-mail already.').waitFor();
  await beside(page, page.getByLabel('E-mail'), /in use already/);
  await page.getByLabel('E-mail').fill('nobody at all');
  await page.getByLabel('Name (optional)').fill('x'.repeat(300));
  await page.getByLabel('Password').fill('password12');
  await button(page, 'Create account').click();
  await beside(page, page.getByLabel('E-mail'), /must be an e-mail address/);
  await beside(page, page.getByLabel('Name (optional)'), /characters at most/);
  await beside(page, page.getByLabel('Password'), /common|at least/);
  await page.goto('/signin');
  await button(page, 'Sign in').click();
  await page.getByRole('alert').getByText('The e-mail or the password is not right').waitFor();
  await plain(page);
  await page.goto('/reset');
  await page.getByLabel('E-mail').fill('nobody');
  await button(page, 'Send me a link').click();
  await beside(page, page.getByLabel('E-mail'), /must be an e-mail address/);
  await page.goto('/reset#token=spent');
  await page.reload();
  await page.getByLabel('New password').fill('short');
  await button(page, 'Set the password').click();
  await beside(page, page.getByLabel('New password'), /at least/);
});

test('tasks', async () => {
  const page = await w.page({ as: boss, path: '/list?new=1' });
  const drawer = page.getByRole('dialog');
  await button(page, 'Create task').click();
  await beside(page, drawer.getByLabel('Title'), /required|must/);
  await drawer.getByLabel('Title').fill('Far away');
  await drawer.getByLabel('Due on').fill('20310-01-01');
  await button(page, 'Create task').click();
  await beside(page, drawer.getByLabel('Due on'), /a day before the year 10000/);
});

test('many at once: each refusal in words', async () => {
  const mark = `Refused ${Date.now()}`;
  const gone = await w.person('user', { name: 'Leaving' });
  await boss.call('POST', '/api/tasks/', { title: mark });
  const page = await w.page({ as: boss, path: `/list?q=${encodeURIComponent(mark)}` });
  await button(page, 'Select').click();
  await page.getByLabel(`Pick ${mark}`).check();
  await button(page, 'Assign').click();
  await page.getByRole('dialog').getByRole('combobox').fill(gone.email);
  await page.getByRole('dialog').getByRole('option').first().waitFor();
  await page.keyboard.press('Enter');
  await boss.call('PATCH', `/api/users/${gone.id}/`, { is_active: false });
  // The task service hears of it a little later than the user service.
  const deadline = Date.now() + 8_000;
  while (Date.now() < deadline && (await boss.call('POST', '/api/tasks/', { title: 'Probe', assigned_to: gone.email }).then(() => true, () => false)));
  await page.getByRole('dialog').getByRole('button', { name: 'Assign', exact: true }).click();
  await page.getByText('1 task not changed. Assigned to is not an active user.').waitFor();
  await plain(page);
});

test('my profile, my password, my second factor', async () => {
  const someone = await w.person();
  const page = await w.page({ as: someone, path: '/profile' });
  await page.getByLabel('Name').fill('x'.repeat(300));
  await button(page, 'Save').click();
  await beside(page, page.getByLabel('Name'), /characters at most/);
  const mail = page.getByRole('region', { name: 'E-mail' });
  await mail.getByLabel('E-mail', { exact: true }).fill(boss.email);
  await mail.getByLabel('Current password').fill('not-mine-at-all-1');
  await button(page, 'Change e-mail').click();
  await beside(page, mail.getByLabel('Current password'), /is not your password/);
  await mail.getByLabel('Current password').fill(PASSWORD);
  await button(page, 'Change e-mail').click();
  await beside(page, mail.getByLabel('E-mail', { exact: true }), /in use already/);

  await page.goto('/security');
  const password = page.getByRole('region', { name: 'Password', exact: true });
  await password.getByLabel('Current password').fill('not-mine-at-all-1');
  await password.getByLabel('New password').fill('short');
  await button(page, 'Change password').click();
  await beside(page, password.getByLabel('New password'), /at least/);
  const factor = page.getByRole('region', { name: 'One-time passwords' });
  await factor.getByLabel('Current password').fill('not-mine-at-all-1');
  await button(page, 'Set up').click();
  await beside(page, factor.getByLabel('Current password'), /is not your password/);
  await factor.getByLabel('Current password').fill(PASSWORD);
  await button(page, 'Set up').click();
  await factor.getByLabel('Code').fill('000000');
  await button(page, 'Turn on').click();
  await beside(page, factor.getByLabel('Code'), /not the present one/);
  await button(page, 'New token').click();
  const tokens = page.getByRole('region', { name: 'Personal access tokens' });
  await tokens.getByLabel('Name').fill('x'.repeat(300));
  await button(page, 'Create token').click();
  await beside(page, tokens.getByLabel('Name'), /characters at most/);
});

test('preferences and webhooks', async () => {
  const someone = await w.person();
  const page = await w.page({ as: someone, path: '/preferences' });
  await page.getByLabel('How many').fill('20000');
  await beside(page, page.getByLabel('How many'), /From 5 minutes to 14 days/);
  await page.getByLabel('Mail and webhooks wait at night').check();
  await page.getByLabel('Quiet from').fill('07:00');
  await button(page, 'Save').click();
  await beside(page, page.getByLabel('Quiet from'), /differ/);
  await page.goto('/connections');
  await button(page, 'New webhook').click();
  const address = page.getByRole('textbox', { name: 'Address' });
  for (const [url, words] of [['https://10.0.0.1/hook', /public address/], ['nonsense', /address|https/]]) {
    await address.fill(url);
    await button(page, 'Create webhook').click();
    await beside(page, address, words);
  }
});

test('administration: a name, the last administrator, a filter of the audit log, a file', async () => {
  const someone = await w.person('user', { name: 'Nameless' });
  const page = await w.page({ as: boss, path: '/people' });
  await page.getByRole('searchbox').fill(someone.email);
  const row = page.getByRole('listitem').filter({ hasText: someone.email });
  await row.getByLabel(/^More about/).first().click();
  await row.getByRole('button', { name: 'Rename' }).click();
  const name = page.getByRole('dialog').getByLabel(/^Name of/);
  await name.fill('x'.repeat(300));
  await button(page, 'Rename').click();
  await beside(page, name, /characters at most/);
  await page.goto('/audit?actor=nobody%20at%20all');
  await beside(page, page.getByLabel('Done by'), /Done by: .*e-mail/);
  await page.goto('/transfer');
  await page.getByLabel('File with tasks').setInputFiles({ name: 'bad.csv', mimeType: 'text/csv', buffer: Buffer.from('title,assigned_to\nFine,nobody@example.com\n') });
  await page.getByRole('cell', { name: /is not an active user/ }).waitFor();
  await page.getByText('Nothing was imported.').waitFor();
});

// As the gateway says it, as a proxy in front says it, and not at all.
const silences = {
  'the gateway': (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', headers: { 'Retry-After': '5' }, body: JSON.stringify({ type: '/problems/unavailable', title: 'Temporarily unavailable', status: 503, detail: 'A part of Docket cannot be reached at the moment.' }) }),
  'a proxy': (route) => route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>502 Bad Gateway</h1>' }),
};
const parts = {
  tasks: [/\/api\/tasks\//, ['/board', '/list', '/trash']],
  notifications: [/\/api\/(notifications|users\/dashboard)\//, ['/', '/inbox', '/preferences', '/connections', '/deliveries']],
  accounts: [/\/api\/users\/(?!token|me\/$|dashboard)/, ['/people', '/audit', '/security']],
};

for (const [who, away] of Object.entries(silences)) {
  test(`every screen names the part that is away, told by ${who}`, async () => {
    const page = await w.page({ as: boss });
    for (const [part, [asked, paths]] of Object.entries(parts)) {
      await page.route(asked, away);
      for (const path of paths) {
        await page.goto(path);
        await page.getByRole('alert').getByText(`The part of Docket that keeps the ${part} is not answering.`).first().waitFor();
        await page.getByRole('button', { name: 'Try again' }).first().waitFor();
        await plain(page);
      }
      await page.unroute(asked);
    }
    assert.deepEqual(page.complaints, []);
  });
}

test('no network is another thing than a part that is away', async () => {
  const page = await w.page({ as: boss, path: '/list' });
  await page.getByRole('heading', { name: 'List' }).waitFor();
  await page.route('**/api/tasks/**', (route) => route.abort());
  await page.getByRole('link', { name: 'Board', exact: true }).click();
  await page.getByRole('alert').getByText('Docket cannot be reached. Check your connection.').first().waitFor();
});

test('where every write has to name a version (REQUIRE_IF_MATCH) the page works on', async () => {
  const task = await boss.call('POST', '/api/tasks/', { title: 'Named version', assigned_to: boss.email });
  const page = await w.page({ as: boss, path: '/board?mine=1' });
  await page.route('**/api/**', (route) =>
    ['PATCH', 'PUT', 'DELETE'].includes(route.request().method()) && !route.request().headers()['if-match']
      ? route.fulfill({ status: 428, contentType: 'application/problem+json', body: JSON.stringify({ type: '/problems/precondition-required', status: 428, detail: 'Send If-Match with the ETag that you read.' }) })
      : route.continue(),
  );
  const saved = page.waitForResponse((reply) => reply.request().method() === 'PATCH' && reply.ok());
  await page.getByLabel('Status of Named version').selectOption('in-progress');
  await saved;
  assert.equal((await boss.call('GET', `/api/tasks/${task.id}/`)).status, 'in-progress');
});
