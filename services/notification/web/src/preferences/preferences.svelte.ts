// What I want to be told, and how: as saved, as edited, and what happens when another browser saved in between.

import { preferences, savePreferences } from '../api/inbox';
import { Problem, say } from '../api/problem';
import type { Preferences } from '../api/types';
import { Submit } from '../ui/submit.svelte';
import { toasts } from '../ui/toasts.svelte';

export class MyPreferences {
  draft = $state<Preferences | null>(null);
  problem = $state('');
  /** Someone, most likely I myself in another browser, saved others meanwhile: one of them has to go. */
  theirs = $state.raw<Preferences | null>(null);
  readonly form = new Submit(['remind_before_minutes', 'remind_again_before_minutes', 'digest_hour', 'quiet_hours']);
  #saved = $state('');

  get dirty(): boolean {
    return this.draft !== null && JSON.stringify(this.draft) !== this.#saved;
  }

  async load(): Promise<void> {
    try {
      this.#adopt(await preferences());
    } catch (error) {
      this.problem = say(error);
    }
  }

  async save(): Promise<void> {
    const wanted = $state.snapshot(this.draft) as Preferences;
    await this.form.run(async () => {
      try {
        this.#adopt(await savePreferences(wanted));
        toasts.say('Preferences saved');
      } catch (error) {
        if (!(error instanceof Problem) || error.status !== 412) throw error;
        this.theirs = await preferences();
      }
    });
  }

  takeTheirs(): void {
    if (this.theirs) this.#adopt(this.theirs);
  }

  async keepMine(): Promise<void> {
    if (!this.theirs || !this.draft) return;
    this.draft.version = this.theirs.version;
    this.theirs = null;
    await this.save();
  }

  discard(): void {
    this.draft = JSON.parse(this.#saved) as Preferences;
    this.form.clear();
  }

  #adopt(saved: Preferences): void {
    this.#saved = JSON.stringify(saved);
    this.draft = saved;
    this.theirs = null;
    this.problem = '';
  }
}
