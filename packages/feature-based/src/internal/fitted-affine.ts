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
  StateArray,
} from '@graft-ml/core';
import { checkRows, denseMatrix, Fitted, resolveDomain, StateReader } from '@graft-ml/core';
import { centred } from './centred.js';
import type { EmbeddingMethod } from './fitted-embedding.js';

/** z = (x − before)·matrix + after; what is absent leaves rows as they are. */
export interface AffineMap {
  readonly before?: Float64Array | undefined;
  readonly matrix?: DenseMatrix | undefined;
  readonly after?: Float64Array | undefined;
}

/** A fitted step that maps each domain with an affine map of its own. */
export class FittedAffine extends Fitted implements FittedStep {
  readonly diagnostics: Diagnostics;
  /** One map per source. */
  readonly sources: readonly AffineMap[];
  readonly target: AffineMap;
  /** The last labels given to the target rows, encoded; absent where the method gives none. */
  readonly pseudoLabels: Float64Array | undefined;
  readonly #method: EmbeddingMethod;
  readonly #nFeatures: number;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    method: EmbeddingMethod,
    nFeatures: number,
    maps: {
      readonly sources: readonly AffineMap[];
      readonly target: AffineMap;
      readonly pseudoLabels?: Float64Array | undefined;
    },
    linearAlgebra: LinearAlgebra,
    diagnostics: Diagnostics = { warnings: [] },
  ) {
    super();
    this.diagnostics = diagnostics;
    this.sources = maps.sources;
    this.target = maps.target;
    this.pseudoLabels = maps.pseudoLabels;
    this.#method = method;
    this.#nFeatures = nFeatures;
    this.#linearAlgebra = linearAlgebra;
  }

  async transform(x: MatrixInput, domain: DomainRef, _run?: RunOptions): Promise<Matrix> {
    const index = resolveDomain(domain);
    const rows = checkRows(this.#method.name, x, this.#nFeatures);
    const map = index === 'target' ? this.target : this.sources[index];
    return applyAffine(this.#linearAlgebra, rows, map);
  }

  override toState(): FittedState {
    const arrays: Record<string, StateArray> = {};
    for (const [k, { before, matrix, after }] of [this.target, ...this.sources].entries()) {
      if (before) arrays[`before ${k}`] = { shape: [before.length], data: before };
      if (matrix)
        arrays[`matrix ${k}`] = { shape: [matrix.rows, matrix.columns], data: matrix.data };
      if (after) arrays[`after ${k}`] = { shape: [after.length], data: after };
    }
    const { pseudoLabels } = this;
    if (pseudoLabels) arrays['pseudoLabels'] = { shape: [pseudoLabels.length], data: pseudoLabels };
    return {
      id: this.#method.id,
      version: 1,
      values: { nFeatures: this.#nFeatures, nSources: this.sources.length },
      arrays,
      parts: {},
    };
  }
}

/** Reads what {@link FittedAffine.toState} wrote. */
export function restoreAffine(
  method: EmbeddingMethod,
  state: FittedState,
  context: RestoreContext,
): FittedAffine {
  const reader = new StateReader(state, method.id, 1);
  const nFeatures = reader.number('nFeatures', true);
  const read = (k: number): AffineMap => {
    const matrix = reader.has(`matrix ${k}`) ? reader.matrix(`matrix ${k}`, nFeatures) : undefined;
    return {
      before: reader.has(`before ${k}`) ? reader.array(`before ${k}`, nFeatures) : undefined,
      matrix,
      after: reader.has(`after ${k}`)
        ? reader.array(`after ${k}`, matrix?.columns ?? nFeatures)
        : undefined,
    };
  };
  const sources = Array.from({ length: reader.number('nSources', true) }, (_, k) => read(k + 1));
  const pseudoLabels = reader.has('pseudoLabels') ? reader.array('pseudoLabels', -1) : undefined;
  const maps = { sources, target: read(0), pseudoLabels };
  return new FittedAffine(method, nFeatures, maps, context.linearAlgebra);
}

/** Sparse rows are multiplied as they are and shifted afterwards; dense ones are shifted first, which costs no digits. */
export function applyAffine(
  linearAlgebra: LinearAlgebra,
  x: Matrix,
  { before, matrix, after }: AffineMap,
): Matrix {
  if (!matrix) return before || after ? centred(x, difference(x.columns, before, after)) : x;
  const late = before !== undefined && x.format === 'csr';
  const mapped = linearAlgebra.multiply(before && !late ? centred(x, before) : x, matrix);
  const offset = late
    ? linearAlgebra.multiply(denseMatrix(1, before.length, before), matrix).data
    : undefined;
  if (!offset && !after) return mapped;
  for (let i = 0, p = 0; i < mapped.rows; i++) {
    for (let j = 0; j < mapped.columns; j++, p++)
      mapped.data[p] += (after ? after[j] : 0) - (offset ? offset[j] : 0);
  }
  return mapped;
}

function difference(length: number, a?: Float64Array, b?: Float64Array): Float64Array {
  return Float64Array.from({ length }, (_, j) => (a ? a[j] : 0) - (b ? b[j] : 0));
}
