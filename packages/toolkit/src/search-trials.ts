import {
  checkAborted,
  isTransferError,
  type RunOptions,
  type TransferProblem,
} from '@graft-ml/core';
import { buildRecipe, type Recipe } from './recipe.js';
import type { SearchSetup, Trial } from './search-types.js';
import type { Toolkit } from './toolkit.js';

/** Runs trials, or finds them in the journal. */
export class Tries {
  readonly #toolkit: Toolkit;
  readonly #setup: SearchSetup;
  readonly #known: ReadonlyMap<string, Trial>;
  count = 0;
  resumed = 0;
  spent = 0;

  constructor(toolkit: Toolkit, setup: SearchSetup) {
    this.#toolkit = toolkit;
    this.#setup = setup;
    const trials = setup.journal?.trials ?? [];
    this.#known = new Map(trials.map((trial) => [keyOf(trial.recipe, trial.rows), trial]));
  }

  async run(recipe: Recipe, part: TransferProblem, rows: number): Promise<Trial> {
    const known = this.#known.get(keyOf(recipe.name, rows));
    const trial = known ?? (await this.#try(recipe, part, rows));
    if (known) this.resumed++;
    else await this.#setup.journal?.append(trial);
    this.count++;
    this.spent += trial.seconds;
    return trial;
  }

  async #try(recipe: Recipe, part: TransferProblem, rows: number): Promise<Trial> {
    const { clock = () => performance.now() / 1000, onProgress } = this.#setup;
    const run = runOf(this.#setup, (progress) =>
      onProgress?.({ ...progress, recipe: recipe.name, spentSeconds: this.spent }),
    );
    checkAborted(run, 'search');
    run.onProgress?.({ stage: `${rows} rows`, done: this.count });
    const start = clock();
    const base = { recipe: recipe.name, rows };
    try {
      const model = await buildRecipe(this.#toolkit, recipe).fit(part, run);
      const predicted = Array.from(await model.predictEncoded(part.target.x, run));
      return { ...base, seconds: clock() - start, predicted };
    } catch (error) {
      if (isTransferError(error, 'ABORTED')) throw error;
      const message = error instanceof Error ? error.message : String(error);
      return { ...base, seconds: clock() - start, error: message };
    }
  }
}

function keyOf(recipe: string, rows: number): string {
  return `${rows} ${recipe}`;
}

/** What the work of a search runs under. */
export function runOf(
  { seed = 0, signal }: SearchSetup,
  onProgress?: RunOptions['onProgress'],
): RunOptions {
  return { seed, ...(signal ? { signal } : {}), ...(onProgress ? { onProgress } : {}) };
}
