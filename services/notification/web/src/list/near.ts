// Which blocks of the list are near what is seen: several screens around it. One observer watches all of them, and what comes
// near is drawn a few rows a turn.

import { later } from '../ui/turns';

type Told = (near: boolean, height: number) => void;

const watched = new Map<Element, { told: Told; forget: () => void }>();
let observer: IntersectionObserver | undefined;

function look(entries: IntersectionObserverEntry[]): void {
  // Of what a busy browser tells together, the last holds.
  for (const { target, isIntersecting, boundingClientRect } of entries) {
    const one = watched.get(target);
    if (!one) continue;
    one.forget();
    one.forget = later(() => one.told(isIntersecting, boundingClientRect.height));
  }
}

/** Returns what ends it. */
export function near(block: Element, told: Told): () => void {
  observer ??= new IntersectionObserver(look, { rootMargin: '2500px' });
  watched.set(block, { told, forget: () => undefined });
  observer.observe(block);
  return () => {
    watched.get(block)?.forget();
    watched.delete(block);
    observer?.unobserve(block);
  };
}
