// A screen's heading names the document and takes the focus when the screen is
// new, so that a keyboard or a screen reader starts at the top of it.

import { later } from './turns';

export const titled = $state({ screen: '' });

export function entitle(title: string): (heading: HTMLElement) => () => void {
  return (heading) => {
    titled.screen = title;
    // Taking the focus needs the layout: after the frame that makes it anyway, it costs nothing.
    const before = document.activeElement;
    return later(() => {
      const moved = document.activeElement !== before && document.activeElement !== document.body;
      if (!moved && !document.querySelector('dialog[open]')) heading.focus({ preventScroll: true });
    });
  };
}
