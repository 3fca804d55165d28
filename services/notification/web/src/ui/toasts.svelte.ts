// Short messages at the edge of the screen, some with a way back.

export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'bad';
  action?: { label: string; run: () => void };
}

const STAY_MS = 7_000;

class Toasts {
  all = $state<Toast[]>([]);
  #next = 1;
  #timers = new Map<number, ReturnType<typeof setTimeout>>();

  say(text: string, action?: Toast['action']): number {
    return this.#add({ id: this.#next++, text, tone: 'plain', ...(action ? { action } : {}) });
  }

  fail(text: string): number {
    return this.#add({ id: this.#next++, text, tone: 'bad' });
  }

  drop(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.all = this.all.filter((t) => t.id !== id);
  }

  /** What the newest message offers, done by a key. */
  act(): void {
    const last = this.all.findLast((t) => t.action);
    if (!last) return;
    this.drop(last.id);
    last.action?.run();
  }

  /** While the pointer or the focus is on a message it does not run away. */
  hold(id: number): void {
    clearTimeout(this.#timers.get(id));
  }

  release(id: number): void {
    this.hold(id);
    this.#timers.set(id, setTimeout(() => this.drop(id), STAY_MS));
  }

  #add(toast: Toast): number {
    this.all = [...this.all, toast].slice(-3);
    this.release(toast.id);
    return toast.id;
  }
}

export const toasts = new Toasts();
