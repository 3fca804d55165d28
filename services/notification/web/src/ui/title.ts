// A screen's heading names the document and takes the focus when the screen is
// new, so that a keyboard or a screen reader starts at the top of it.

export function entitle(title: string): (heading: HTMLElement) => void {
  return (heading) => {
    document.title = `${title} · Docket`;
    if (!document.querySelector('dialog[open]')) heading.focus({ preventScroll: true });
  };
}
