// Where the focus goes when what had it goes away: a row that was archived, a button that made room for a form. Left alone
// it falls on the body, and whoever works by keyboard starts again at the top of the page.

import { tick } from 'svelte';

const CAN = 'a[href], button, input, select, textarea, summary, [tabindex]';
const usable = (one: Element): boolean => one.matches(CAN) && !one.matches(':disabled') && one.checkVisibility();

let held: HTMLElement | null = null;
/** What it stood in, from the outside in: each with the place of the next among its children. */
let way: [Element, number][] = [];

function remember({ target }: FocusEvent): void {
  held = target as HTMLElement;
  way = [];
  for (let one: Element = held; one.parentElement; one = one.parentElement) {
    way.unshift([one.parentElement, Array.prototype.indexOf.call(one.parentElement.children, one)]);
  }
}

/** What stands in the place of the one that is gone, or near it: the same button of the next row, the first field of a form. */
function heir(): Element | null | undefined {
  const last = way.findLastIndex(([parent]) => parent.isConnected);
  const near: Element[] = [];
  for (let at: Element | undefined = way[last]?.[0], i = last; at && i < way.length; i++) {
    at = at.children[Math.min(way[i]?.[1] ?? 0, at.children.length - 1)];
    if (at) near.unshift(at);
  }
  for (let at = way[last]?.[0]; at?.closest('main, dialog'); at = at.parentElement ?? undefined) near.push(at);
  for (const one of near) {
    const found = [one, ...one.querySelectorAll(CAN)].find(usable);
    if (found) return found;
  }
  return document.querySelector('main h1');
}

/** Back to what had the focus, or to its heir. */
export function recover(): void {
  if (!held || document.activeElement !== document.body) return;
  ((usable(held) ? held : heir()) as HTMLElement | null)?.focus();
}

/** After the page has drawn what was just changed: to the first field that was refused, or back to where it was. */
export async function settle(): Promise<void> {
  await tick();
  const refused = held?.closest('form')?.querySelector<HTMLElement>('[aria-invalid="true"]');
  if (refused) refused.focus();
  else recover();
}

/** For what goes away by itself; who disables what has the focus calls `settle` when it is done. */
export function keepFocus(): () => void {
  const watch = new MutationObserver(() => {
    if (held && !held.isConnected) recover();
  });
  watch.observe(document.body, { childList: true, subtree: true });
  addEventListener('focusin', remember);
  return () => {
    watch.disconnect();
    removeEventListener('focusin', remember);
  };
}
