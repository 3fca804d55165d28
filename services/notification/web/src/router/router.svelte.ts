// The address bar is the state: which screen, which filters, which task is open.

class Router {
  path = $state(location.pathname);
  params = $state.raw(new URLSearchParams(location.search));

  #base = $derived(this.with({ task: null, new: null }).replace(/(\?.*)?$/, (search) => `${search ? `${search}&` : '?'}task=`));

  constructor() {
    addEventListener('popstate', () => this.#read());
    document.addEventListener('click', (event) => this.#clicked(event));
  }

  go(url: string, replace = false): void {
    if (replace) history.replaceState(null, '', url);
    else history.pushState({ inside: true }, '', url);
    this.#read();
  }

  /** The present address with some parameters changed; null removes one. */
  with(changes: Record<string, string | null>): string {
    const params = new URLSearchParams(this.params);
    for (const [key, value] of Object.entries(changes)) {
      if (value) params.set(key, value);
      else params.delete(key);
    }
    const search = params.toString();
    return this.path + (search ? `?${search}` : '');
  }

  /** The present address with a task open over it. Each row asks: what they share is made once for each address. */
  task(id: string): string {
    return this.#base + id;
  }

  /** Closes what a parameter opened: back if we came from inside, else by replacing. */
  close(param: string): void {
    if (!this.params.has(param)) return;
    if ((history.state as { inside?: boolean } | null)?.inside) history.back();
    else this.go(this.with({ [param]: null }), true);
  }

  #read(): void {
    this.path = location.pathname;
    this.params = new URLSearchParams(location.search);
  }

  /** Plain clicks on our own links stay in the page. */
  #clicked(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest?.('a[href]');
    if (!(link instanceof HTMLAnchorElement) || link.target || link.origin !== location.origin) return;
    if (link.pathname.startsWith('/api/')) return;
    event.preventDefault();
    if (link.href !== location.href) this.go(link.pathname + link.search);
  }
}

export const router = new Router();
