// The life of one form: busy, what is wrong beside which field, and in words.

import { Problem, say } from '../api/problem';
import { settle } from './focus';

export class Submit {
  busy = $state(false);
  text = $state('');
  fields = $state.raw<Record<string, string>>({});

  /** The fields of the form that show what is wrong with them beside themselves. */
  constructor(private readonly beside: string[]) {}

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
      const names = Object.keys(this.fields);
      const shown = names.length > 0 && names.every((name) => this.beside.includes(name));
      this.text = own ?? (shown ? 'Some fields need another look.' : say(error));
      return false;
    } finally {
      this.busy = false;
      void settle(); // a button that is busy has lost the focus
    }
  }

  clear(): void {
    this.text = '';
    this.fields = {};
  }
}
