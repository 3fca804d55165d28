// The life of one form: busy, what is wrong beside which field, and in words.

import { Problem, say } from '../api/problem';

export class Submit {
  busy = $state(false);
  text = $state('');
  fields = $state.raw<Record<string, string>>({});

  /** Runs `work`; true when it went well. Told refusals end up in `text` and `fields`. */
  async run(work: () => Promise<unknown>, words?: (problem: Problem) => string | undefined): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.clear();
    try {
      await work();
      return true;
    } catch (error) {
      const own = error instanceof Problem ? words?.(error) : undefined;
      this.fields = error instanceof Problem ? error.fields : {};
      this.text = own ?? say(error);
      return false;
    } finally {
      this.busy = false;
    }
  }

  clear(): void {
    this.text = '';
    this.fields = {};
  }
}
