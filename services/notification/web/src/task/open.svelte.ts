// The task in the drawer: as loaded, as edited, and what to do when someone else
// saved in between. A stale write is never forced: it becomes a choice.

import { Problem, say } from '../api/problem';
import { changeTask, deleteTask, restoreTask, task as fetchTask } from '../api/tasks';
import type { Task } from '../api/types';
import { on, tell } from '../live/bus';
import { session } from '../session/session.svelte';
import { Submit } from '../ui/submit.svelte';
import { toasts } from '../ui/toasts.svelte';
import { blank, changedParts, draftOf, fieldsOf, parts } from './draft';
import type { Draft } from './draft';
import { short } from './moves';

export interface Conflict {
  theirs: Draft;
  etag: string | null;
}

export class OpenTask {
  task = $state.raw<Task | null>(null);
  draft = $state<Draft>(blank());
  base = $state.raw<Draft>(blank());
  problem = $state('');
  gone = $state(false);
  conflict = $state.raw<Conflict | null>(null);
  /** Someone saved while this is being edited: the save will ask what to keep. */
  behind = $state(false);
  /** Rises with each saved change, so that the history is asked for again. */
  seen = $state(0);
  readonly form = new Submit(session.admin ? parts : []);
  #etag: string | null = null;

  constructor(readonly id: string) {}

  start(): () => void {
    void this.load();
    return on('task', ({ id }) => {
      if (id === this.id && !this.form.busy) void this.#noticed();
    });
  }

  get dirty(): boolean {
    return changedParts(this.base, this.draft).length > 0;
  }

  async load(): Promise<void> {
    try {
      const { data, etag } = await fetchTask(this.id);
      this.#adopt(data, etag);
    } catch (error) {
      this.gone = error instanceof Problem && error.status === 404;
      this.problem = this.gone ? 'This task does not exist, or is not yours to see.' : say(error);
    }
  }

  async save(): Promise<boolean> {
    const fields = fieldsOf(this.base, this.draft, session.zone);
    if (Object.keys(fields).length === 0) return true;
    const ok = await this.form.run(async () => {
      try {
        const { data, etag } = await changeTask(this.id, fields, this.#etag);
        this.#adopt(data, etag);
        tell({ kind: 'task', id: this.id });
      } catch (error) {
        if (!(error instanceof Problem) || error.status !== 412) throw error;
        await this.#compare();
      }
    });
    return ok && !this.conflict;
  }

  /** The draft after the choice, saved on top of the version it was made against. */
  async settle(chosen: Draft): Promise<boolean> {
    if (!this.conflict) return false;
    this.base = this.conflict.theirs;
    this.#etag = this.conflict.etag;
    this.draft = chosen;
    this.conflict = null;
    return this.save();
  }

  async remove(): Promise<boolean> {
    const title = short(this.task?.title ?? '');
    return this.form.run(async () => {
      await deleteTask(this.id);
      tell({ kind: 'task', id: this.id });
      toasts.say(`Deleted “${title}”`, { label: 'Undo', run: () => void this.#restore(title) });
    });
  }

  async #restore(title: string): Promise<void> {
    try {
      await restoreTask(this.id);
      tell({ kind: 'task', id: this.id });
    } catch (error) {
      toasts.fail(`“${title}” is still in the trash. ${say(error)}`);
    }
  }

  /** Changed elsewhere: shown at once, unless it would take an edit out of someone's hands. */
  async #noticed(): Promise<void> {
    try {
      const { data, etag } = await fetchTask(this.id);
      if (etag !== null && etag === this.#etag) return; // the echo of our own save
      if (this.dirty) this.behind = true;
      else this.#adopt(data, etag);
    } catch (error) {
      this.gone = error instanceof Problem && error.status === 404 && !this.dirty;
      if (this.gone) this.problem = 'This task was deleted, or is no longer yours.';
    }
  }

  async #compare(): Promise<void> {
    const { data, etag } = await fetchTask(this.id);
    this.task = data;
    this.seen++;
    this.behind = false;
    this.conflict = { theirs: draftOf(data, session.zone), etag };
  }

  #adopt(task: Task, etag: string | null): void {
    this.task = task;
    this.base = draftOf(task, session.zone);
    this.draft = { ...this.base };
    this.#etag = etag;
    this.problem = '';
    this.conflict = null;
    this.behind = false;
    this.seen++;
  }
}
