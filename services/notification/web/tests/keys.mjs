// A person without a mouse: Tab until it has the focus, and see where it is.

import assert from 'node:assert/strict';

/** Presses Tab until `target` has the focus; each stop on the way has to be seen. */
export async function reach(page, target, { key = 'Tab', most = 90 } = {}) {
  await target.waitFor();
  for (let i = 0; i < most; i++) {
    if (await target.evaluate((one) => one === document.activeElement)) return;
    await page.keyboard.press(key);
    const stop = await look(page);
    assert.ok(stop.body || stop.seen, `the focus is not seen on ${stop.html}`);
  }
  assert.fail(`${target} was not reached by ${key}`);
}

/** To it, and press it. */
export async function press(page, target, key = 'Enter', options) {
  await reach(page, target, options);
  await page.keyboard.press(key);
}

/** To a field, and type over what is in it. */
export async function type(page, target, text) {
  await reach(page, target);
  await page.keyboard.press('Control+a');
  await page.keyboard.type(text);
}

/** To a select, and its choice by the letters it begins with. */
export async function choose(page, target, letters) {
  await reach(page, target);
  await page.keyboard.type(letters);
}

/** Waits until something has the focus again, and it is something that can be seen. */
export async function held(page) {
  await page.waitForFunction(() => document.activeElement && document.activeElement !== document.body && document.activeElement.checkVisibility());
}

/** What has the focus now, and whether one sees that it has. */
export const look = (page) =>
  page.evaluate(() => {
    const one = document.activeElement;
    if (!one || one === document.body) return { body: true };
    const lined = (element, pseudo) => {
      const style = element && getComputedStyle(element, pseudo);
      return !!style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1;
    };
    const box = one.getBoundingClientRect();
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return { body: false, seen: inside && (lined(one) || lined(one, '::after') || lined(one.closest('li'))), html: one.outerHTML.slice(0, 160) };
  });

/** Fails the test at its end if a pointer was moved or pressed after all. */
export async function noMouse(page) {
  await page.addInitScript(() => {
    window.pointed = 0;
    for (const kind of ['pointermove', 'pointerdown', 'touchstart']) addEventListener(kind, () => window.pointed++, true);
  });
}

export const pointed = (page) => page.evaluate(() => window.pointed);
