// When a row goes away under the focus, the focus moves to the same button of the
// row that takes its place; without one, to the heading of the screen.

import { tick } from 'svelte';

/** Call before the row is removed; the focus moves once it is. */
export function focusNext(button: HTMLElement): void {
  const row = button.closest('li');
  const place = [...(row?.querySelectorAll('button') ?? [])].indexOf(button as HTMLButtonElement);
  const heir = row?.nextElementSibling ?? row?.previousElementSibling;
  void tick().then(() => {
    const next = heir?.isConnected ? heir.querySelectorAll('button')[place] : null;
    (next ?? document.querySelector<HTMLElement>('main h1'))?.focus();
  });
}
