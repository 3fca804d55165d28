// A screen's heading names the document and takes the focus when the screen is
// new, so that a keyboard or a screen reader starts at the top of it.

export const titled = $state({ screen: '' });

export function entitle(title: string): (heading: HTMLElement) => void {
  return (heading) => {
    titled.screen = title;
    if (!document.querySelector('dialog[open]')) heading.focus({ preventScroll: true });
  };
}
