// Keys that work anywhere, as long as nobody is typing and nothing lies over the page.

import { router } from '../router/router.svelte';
import { session } from '../session/session.svelte';
import { toasts } from '../ui/toasts.svelte';
import { open, places } from './screens';

const TYPING = 'input:not([type="checkbox"], [type="radio"]), textarea, select';

export function listen({ onhelp }: { onhelp: () => void }): () => void {
  let gone = 0; // when `g` was pressed

  function pressed(event: KeyboardEvent): void {
    const target = event.target as Element;
    if (event.metaKey || event.ctrlKey || event.altKey || target.matches(TYPING)) return;
    if (event.key === '?') return onhelp();
    if (document.querySelector('dialog[open]')) return;
    if (Date.now() - gone < 1_500) {
      gone = 0;
      const place = places.find((p) => p.key === event.key && open(p, session.admin));
      if (place) return router.go(place.path);
    }
    if (event.key === 'g') gone = Date.now();
    else if (event.key === 'n' && session.admin) act(event, () => router.go(router.with({ new: '1' })));
    else if (event.key === 'z') toasts.act();
    else if (event.key === '/') act(event, search);
  }

  addEventListener('keydown', pressed);
  return () => removeEventListener('keydown', pressed);
}

/** The key itself must not end up in the field that opens. */
function act(event: KeyboardEvent, run: () => void): void {
  event.preventDefault();
  run();
}

function search(): void {
  const field = document.querySelector<HTMLInputElement>('main input[type="search"]');
  if (field) field.focus();
  else router.go('/list?focus=search');
}
