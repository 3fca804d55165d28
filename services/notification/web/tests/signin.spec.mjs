// The door: in, not in, new, forgotten, and out again.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { codeOf } from './totp.mjs';
import { PASSWORD, signIn, world } from './world.mjs';

let w;
before(async () => (w = await world()));
after(() => w.close());

test('a wrong password is told in words, and the right one leads to where one wanted to go', async () => {
  const someone = await w.person();
  const page = await w.page({ path: '/inbox?show=all' });
  await page.getByLabel('E-mail').fill(someone.email);
  await page.getByLabel('Password').fill('not-this-one-1');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('not right').waitFor();
  await page.getByLabel('Password').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Inbox', level: 1 }).waitFor();
  assert.match(page.url(), /\/inbox\?show=all$/);
  assert.deepEqual(page.complaints, []);
});

test('registering says beside each field what is wrong, then lets in', async () => {
  const page = await w.page({ path: '/register' });
  await page.getByLabel('E-mail').fill('nobody');
  await page.getByLabel('Password').fill('short');
  await page.getByRole('button', { name: 'Create account' }).click();
  const password = page.getByLabel('Password');
  await page.locator('[aria-invalid="true"]').nth(1).waitFor();
  assert.equal(await password.getAttribute('aria-invalid'), 'true');
  const described = await password.getAttribute('aria-describedby');
  assert.match(await page.locator(`[id="${described}"]`).innerText(), /10/);

  await page.getByLabel('E-mail').fill(`new.${Date.now()}@example.com`);
  await password.fill('a-good-long-one-7');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('heading', { name: 'My day' }).waitFor();
  await page.getByText('Nothing is waiting for you').waitFor();
  assert.deepEqual(page.complaints, []);
});

test('asking for a reset answers the same for everyone', async () => {
  const page = await w.page({ path: '/reset' });
  await page.getByLabel('E-mail').fill('who.knows@example.com');
  await page.getByRole('button', { name: 'Send me a link' }).click();
  await page.getByText('If there is an account').waitFor();
});

test('one-time passwords: set up on the profile, asked for at the door', async () => {
  const someone = await w.person();
  const profile = await w.page({ as: someone, path: '/security' });
  const panel = profile.getByRole('region', { name: 'One-time passwords' });
  await panel.getByLabel('Current password').fill(PASSWORD);
  await panel.getByRole('button', { name: 'Set up' }).click();
  const secret = await panel.locator('code').innerText();
  await panel.getByLabel('Code').fill(codeOf(secret));
  await panel.getByRole('button', { name: 'Turn on' }).click();
  await panel.getByText('10 recovery codes are left').waitFor();
  const recovery = await panel.locator('li code').first().innerText();

  const page = await w.page({ path: '/signin' });
  await page.getByLabel('E-mail').fill(someone.email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('authenticator app').waitFor();
  await page.getByLabel('Code').fill('000000');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('not right').waitFor();
  await page.getByLabel('Code').fill(recovery);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'My day' }).waitFor();
  assert.deepEqual(page.complaints, []);
});

test('links of mails about an address lead to one button, and an old one says so', async () => {
  for (const path of ['/verify-email#token=spent', '/change-email#token=spent']) {
    const page = await w.page({ path });
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('alert').getByText('used already, or is too old').waitFor();
  }
});

test('a link of a reset mail that is too old says so', async () => {
  const page = await w.page({ path: '/reset#token=spent' });
  await page.getByLabel('New password').fill('a-good-long-one-7');
  await page.keyboard.press('Enter');
  await page.getByText('used already, or is too old').waitFor();
});

test('a reload keeps the session, and signing out ends it in every tab', async () => {
  const someone = await w.person();
  const page = await w.page({ as: someone });
  await page.reload();
  await page.getByRole('heading', { name: 'My day' }).waitFor();
  const other = await page.context().newPage();
  await other.goto('/board');
  await other.getByRole('heading', { name: 'Board' }).waitFor();

  await page.locator('.account summary').click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await other.getByRole('heading', { name: 'Sign in' }).waitFor();
  // The device stays known: that cookie signs nobody in.
  const left = (await page.context().cookies()).map((cookie) => cookie.name);
  assert.deepEqual(left.filter((name) => name !== 'docket_device'), []);
  assert.equal(await page.evaluate(() => JSON.stringify({ ...localStorage })), '{}');
  await signIn(page, someone.email);
  await other.getByRole('heading', { name: 'Board' }).waitFor();
});
