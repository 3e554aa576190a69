import type {
  DenseMatrix,
  Diagnostics,
  DomainRef,
  FittedState,
  FittedStep,
  LinearAlgebra,
  Matrix,
  MatrixInput,
  RestoreContext,
  RunOptions,
} from '@graft-ml/core';
import { checkRows, denseMatrix, Fitted, StateReader } from '@graft-ml/core';
import { appendColumns } from './blocks.js';
import { tanhOfShifted } from './hyperbolic-tangent.js';

const id = 'feature-based/msda';

/** A fitted mSDA: the weights of its layers. */
export class FittedDenoising extends Fitted implements FittedStep {
  readonly diagnostics: Diagnostics = { warnings: [] };
  /** One [features before + 1, features after] matrix per layer: Wᵀ, the last row for the constant. */
  readonly weights: readonly DenseMatrix[];
  /** How many features all layers add together. */
  readonly nAdded: number;
  readonly #nFeatures: number;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(nFeatures: number, weights: readonly DenseMatrix[], linearAlgebra: LinearAlgebra) {
    super();
    this.weights = weights;
    this.nAdded = weights.reduce((sum, { columns }) => sum + columns, 0);
    this.#nFeatures = nFeatures;
    this.#linearAlgebra = linearAlgebra;
  }

  async transform(x: MatrixInput, _domain: DomainRef, _run?: RunOptions): Promise<Matrix> {
    const rows = checkRows('MarginalizedDenoising', x, this.#nFeatures);
    const layers: DenseMatrix[] = [];
    for (const weights of this.weights)
      layers.push(hiddenLayer(this.#linearAlgebra, layers.at(-1) ?? rows, weights));
    return appendColumns(rows, ...layers);
  }

  override toState(): FittedState {
    const layers = this.weights.map(({ rows, columns, data }, k) => [
      `layer ${k}`,
      { shape: [rows, columns], data },
    ]);
    return {
      id: id,
      version: 1,
      values: { nFeatures: this.#nFeatures, nLayers: this.weights.length },
      arrays: Object.fromEntries(layers),
      parts: {},
    };
  }

  /** Reads what {@link toState} wrote. */
  static read(state: FittedState, context: RestoreContext): FittedDenoising {
    const reader = new StateReader(state, id, 1);
    const nFeatures = reader.number('nFeatures', true);
    let width = nFeatures;
    const weights = Array.from({ length: reader.number('nLayers', true) }, (_, k) => {
      const layer = reader.matrix(`layer ${k}`, width + 1);
      width = layer.columns;
      return layer;
    });
    return new FittedDenoising(nFeatures, weights, context.linearAlgebra);
  }
}

/** tanh(W·[x; 1]) for every row. */
export function hiddenLayer(
  linearAlgebra: LinearAlgebra,
  x: Matrix,
  weights: DenseMatrix,
): DenseMatrix {
  const { columns, data } = weights;
  const linear = denseMatrix(x.columns, columns, data.subarray(0, x.columns * columns));
  const constant = data.subarray(x.columns * columns);
  const result = linearAlgebra.multiply(x, linear);
  tanhOfShifted(result.data, constant);
  return result;
}
