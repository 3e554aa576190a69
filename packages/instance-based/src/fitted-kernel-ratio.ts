import type {
  DenseMatrix,
  LinearAlgebra,
  MatrixInput,
  StateArray,
  StateReader,
} from '@graft-ml/core';
import { checkRows } from '@graft-ml/core';
import { FittedWeights, type WeightSummary } from './fitted-weights.js';
import { expansionAt, type KernelExpansion } from './internal/kernel-expansion.js';

/** A fitted ratio Σ_c αc·exp(−γ‖x − c‖²) per source, and the weights it gives to rows it has not seen. */
export class FittedKernelRatio extends FittedWeights {
  /** One per source; coefficients are on the scale of the training weights. */
  readonly expansions: readonly KernelExpansion[];
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    method: { readonly id: string; readonly name: string },
    summary: WeightSummary,
    expansions: readonly KernelExpansion[],
    linearAlgebra: LinearAlgebra,
  ) {
    super(method, summary);
    this.expansions = expansions;
    this.#linearAlgebra = linearAlgebra;
  }

  /** Weights of new rows of source number `source`, on the scale of its training rows. */
  async weigh(x: MatrixInput, source = 0): Promise<Float64Array> {
    const rows = checkRows(this.who, x, this.nFeatures);
    return expansionAt(this.#linearAlgebra, this.expansions[source], rows);
  }

  protected override extraArrays(): Readonly<Record<string, StateArray>> {
    return Object.fromEntries(
      this.expansions.flatMap(({ centres, coefficients, gamma }, k) => [
        [`centres ${k}`, { shape: [centres.rows, centres.columns], data: centres.data }],
        [`coefficients ${k}`, { shape: [coefficients.length], data: coefficients }],
        [`gamma ${k}`, { shape: [1], data: Float64Array.of(gamma) }],
      ]),
    );
  }
}

/** The expansions in a state. */
export function readExpansions(
  reader: StateReader,
  { nFeatures, effectiveSampleSizes }: WeightSummary,
): KernelExpansion[] {
  return effectiveSampleSizes.map((_, k) => {
    const centres: DenseMatrix = reader.matrix(`centres ${k}`, -1, nFeatures);
    const coefficients = reader.array(`coefficients ${k}`, centres.rows);
    return { centres, coefficients, gamma: reader.array(`gamma ${k}`, 1)[0] };
  });
}
