import { TransferError, type TransferProblem } from '@graft-ml/core';
import { writeAtomically } from '@graft-ml/datasets/node';
import type { Recipe, SearchJournal, Trial } from '@graft-ml/toolkit';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { readJson } from './run-comparison.js';

/** A journal in a file, written anew as a whole after every trial, so that a kill at any moment loses the trial in flight alone. */
export class FileJournal implements SearchJournal {
  readonly trials: readonly Trial[];
  readonly #path: string;
  readonly #search: string;
  readonly #all: Trial[];

  private constructor(path: string, search: string, trials: readonly Trial[]) {
    this.#path = path;
    this.#search = search;
    this.trials = trials;
    this.#all = [...trials];
  }

  /** Opens what an earlier run has left, or begins. Errors: `INVALID_DATA` for the journal of another search. */
  static async open(path: string, search: string): Promise<FileJournal> {
    if (!existsSync(path)) return new FileJournal(path, search, []);
    const kept = (await readJson(path)) as Partial<Kept> | null;
    if (kept?.formatVersion === 1 && kept.search === search && Array.isArray(kept.trials)) {
      return new FileJournal(path, search, kept.trials);
    }
    throw new TransferError({
      code: 'INVALID_DATA',
      who: 'graft auto',
      message: `${path} belongs to another search: other data, recipes or seed. Name another file with --journal, or delete it.`,
      details: { argument: 'journal', path },
    });
  }

  async append(trial: Trial): Promise<void> {
    this.#all.push(trial);
    const kept: Kept = { formatVersion: 1, search: this.#search, trials: this.#all };
    await writeAtomically(this.#path, `${JSON.stringify(kept)}\n`);
  }

  /** How many trials the file holds. */
  get size(): number {
    return this.#all.length;
  }

  /** Removes the file once it is of no more use. */
  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}

interface Kept {
  readonly formatVersion: 1;
  readonly search: string;
  readonly trials: readonly Trial[];
}

/** A fingerprint of everything that decides the trials: rows, labels, recipes, seed. The budget is not among it. */
export function searchId(
  problem: TransferProblem,
  recipes: readonly Recipe[],
  seed: number,
): string {
  const hash = createHash('sha256');
  const text = JSON.stringify({ problem, recipes, seed }, (_key, value: unknown) => {
    if (!ArrayBuffer.isView(value)) return value;
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return createHash('sha256').update(bytes).digest('hex');
  });
  return hash.update(text).digest('hex');
}
