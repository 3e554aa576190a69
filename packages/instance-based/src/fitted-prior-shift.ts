import type { FittedState, StateArray } from '@graft-ml/core';
import { StateReader } from '@graft-ml/core';
import { FittedWeights, readSummary, type WeightSummary } from './fitted-weights.js';

/** A fitted class weighting: what it found out about the shares of the classes. */
export class FittedPriorShift extends FittedWeights {
  /** The share of each class in each source, in the order of `task.classes`. */
  readonly sourcePriors: readonly Float64Array[];
  /** The share of each class in the target, as estimated from each source. */
  readonly targetPriors: readonly Float64Array[];

  constructor(
    method: { readonly id: string; readonly name: string },
    summary: WeightSummary,
    sourcePriors: readonly Float64Array[],
    targetPriors: readonly Float64Array[],
  ) {
    super(method, summary);
    this.sourcePriors = sourcePriors;
    this.targetPriors = targetPriors;
  }

  protected override extraArrays(): Readonly<Record<string, StateArray>> {
    const shape = [this.sourcePriors.length, this.sourcePriors[0].length];
    const flat = (priors: readonly Float64Array[]) =>
      Float64Array.from(priors.flatMap((prior) => Array.from(prior)));
    return {
      sourcePriors: { shape, data: flat(this.sourcePriors) },
      targetPriors: { shape, data: flat(this.targetPriors) },
    };
  }

  static override read(
    method: { readonly id: string; readonly name: string },
    state: FittedState,
  ): FittedPriorShift {
    const reader = new StateReader(state, method.id, 1);
    const source = reader.matrix('sourcePriors');
    const target = reader.matrix('targetPriors', source.rows, source.columns);
    const rowsOf = ({ rows, columns, data }: typeof source) =>
      Array.from({ length: rows }, (_, k) => data.slice(k * columns, (k + 1) * columns));
    return new FittedPriorShift(method, readSummary(reader), rowsOf(source), rowsOf(target));
  }
}
