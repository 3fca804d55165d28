// One file on its way in: checked first, then imported, followed until it is over.

import { Problem, say } from '../api/problem';
import { importState, startImport } from '../api/transfer';
import type { Format } from '../api/transfer';
import type { Import } from '../api/types';
import { tell } from '../live/bus';

const LOOK_MS = 500;

type Phase = 'idle' | 'checking' | 'checked' | 'importing' | 'done' | 'refused';

export class FileImport {
  phase = $state<Phase>('idle');
  file = $state.raw<File | null>(null);
  result = $state.raw<Import | null>(null);
  problem = $state('');
  #key = '';
  #round = 0;

  get busy(): boolean {
    return this.phase === 'checking' || this.phase === 'importing';
  }

  choose(file: File | null): void {
    this.#round++;
    [this.file, this.phase, this.result, this.problem] = [file, 'idle', null, ''];
    this.#key = crypto.randomUUID(); // an import that is sent twice, for a lost answer, is one
    if (file) void this.#run(true);
  }

  start(): void {
    if (this.phase === 'checked') void this.#run(false);
  }

  async #run(dry: boolean): Promise<void> {
    const round = ++this.#round;
    const file = this.file as File;
    const format: Format = /\.(jsonl|ndjson)$/i.test(file.name) ? 'jsonl' : 'csv';
    [this.phase, this.problem] = [dry ? 'checking' : 'importing', ''];
    try {
      let state = await startImport(file, format, dry, dry ? crypto.randomUUID() : this.#key);
      while (round === this.#round && state.state === 'running') {
        this.result = state;
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
        state = await importState(state.id);
      }
      if (round === this.#round) this.#over(state, dry);
    } catch (error) {
      if (round === this.#round) this.#failed(error);
    }
  }

  #over(state: Import, dry: boolean): void {
    this.result = state;
    this.phase = state.state === 'failed' ? 'refused' : dry ? 'checked' : 'done';
    if (state.state === 'failed') this.problem = state.detail ?? '';
    if (this.phase === 'done') tell({ kind: 'resync' });
  }

  /** A file with bad lines is refused as a whole; the refusal tells of the lines. */
  #failed(error: unknown): void {
    const told = error instanceof Problem ? (error.details as { import?: Import }).import : undefined;
    [this.phase, this.result] = ['refused', told ?? null];
    this.problem = told ? (told.detail ?? '') : say(error);
  }
}
