import type { FittedState, StateArray } from '@graft-ml/core';
import { StateReader } from '@graft-ml/core';
import { FittedWeights, readSummary, type WeightSummary } from './fitted-weights.js';

/** Why a source row weighs what it weighs. */
export interface WeightParts {
  /** How much more the row looks like the target than like its source; mean 1 over the source. */
  readonly domain: Float64Array;
  /** How sure a model of the target is of the row's label, from −1 (sure of another) to 1. */
  readonly task: Float64Array;
}

/** Weights of source rows with the two parts they are made of. */
export class FittedHybridWeights extends FittedWeights {
  /** One per source. */
  readonly weightParts: readonly WeightParts[];

  constructor(
    method: { readonly id: string; readonly name: string },
    summary: WeightSummary,
    weightParts: readonly WeightParts[],
  ) {
    super(method, summary);
    this.weightParts = weightParts;
  }

  protected override extraArrays(): Readonly<Record<string, StateArray>> {
    return Object.fromEntries(
      this.weightParts.flatMap(({ domain, task }, k) => [
        [`domain ${k}`, { shape: [domain.length], data: domain }],
        [`task ${k}`, { shape: [task.length], data: task }],
      ]),
    );
  }

  /** Reads the state of weights that `method` fitted. Errors: `INVALID_ARTEFACT`. */
  static override read(
    method: { readonly id: string; readonly name: string },
    state: FittedState,
  ): FittedHybridWeights {
    const reader = new StateReader(state, method.id, 1);
    const parts: WeightParts[] = [];
    for (let k = 0; reader.has(`domain ${k}`); k++) {
      const domain = reader.array(`domain ${k}`, -1);
      parts.push({ domain, task: reader.array(`task ${k}`, domain.length) });
    }
    return new FittedHybridWeights(method, readSummary(reader), parts);
  }
}
