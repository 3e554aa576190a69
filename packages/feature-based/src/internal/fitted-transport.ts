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
import {
  checkRows,
  denseMatrix,
  Fitted,
  resolveDomain,
  StateReader,
  toDense,
} from '@graft-ml/core';
import { nearestNeighbours } from '@graft-ml/numerics';
import type { EmbeddingMethod } from './fitted-embedding.js';
import { softmaxMean, type SoftmaxWeights } from './softmax-mean.js';

/** Where the rows of one source went. */
export interface SourceTransport {
  /** The source rows [nSource, nFeatures] … */
  readonly rows: DenseMatrix;
  /** … and where they were moved. */
  readonly moved: DenseMatrix;
  /** Mass sent from source to target row; absent once restored from a file. */
  readonly plan?: Matrix;
  /** New rows go to the mean of the target under softmaxⱼ(potentialⱼ − ‖x − xtⱼ‖² / scale). */
  readonly softmax?: SoftmaxWeights;
}

/** A fitted transport: source rows move as the plan says, target rows stay. */
export class FittedTransport extends Fitted implements FittedStep {
  readonly diagnostics: Diagnostics;
  /** One per source. */
  readonly sources: readonly SourceTransport[];
  readonly #method: EmbeddingMethod;
  readonly #target: DenseMatrix;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    method: EmbeddingMethod,
    sources: readonly SourceTransport[],
    target: DenseMatrix,
    linearAlgebra: LinearAlgebra,
    diagnostics: Diagnostics = { warnings: [] },
  ) {
    super();
    this.diagnostics = diagnostics;
    this.sources = sources;
    this.#method = method;
    this.#target = target;
    this.#linearAlgebra = linearAlgebra;
  }

  async transform(x: MatrixInput, domain: DomainRef, _run?: RunOptions): Promise<Matrix> {
    const index = resolveDomain(domain);
    const rows = checkRows(this.#method.name, x, this.#target.columns);
    if (index === 'target' || rows.rows === 0) return rows;
    const source = this.sources[index];
    if (!source.softmax) return this.#withNearest(toDense(rows), source);
    const target = this.#target;
    return softmaxMean(this.#linearAlgebra, toDense(rows), target, target, source.softmax);
  }

  /** x + (moved − rows) of the nearest source row. */
  #withNearest(x: DenseMatrix, { rows, moved }: SourceTransport): DenseMatrix {
    const { indices } = nearestNeighbours(this.#linearAlgebra, 1, x, rows);
    const { columns } = x;
    const data = new Float64Array(x.data.length);
    for (let i = 0, p = 0; i < x.rows; i++) {
      const from = indices[i] * columns;
      for (let j = 0; j < columns; j++, p++) {
        data[p] = x.data[p] - rows.data[from + j] + moved.data[from + j];
      }
    }
    return denseMatrix(x.rows, columns, data);
  }

  override toState(): FittedState {
    const arrays: Record<string, StateArray> = { target: arrayOf(this.#target) };
    const scales: number[] = [];
    for (const [k, { rows, moved, softmax }] of this.sources.entries()) {
      arrays[`rows ${k}`] = arrayOf(rows);
      arrays[`moved ${k}`] = arrayOf(moved);
      if (!softmax) continue;
      arrays[`potentials ${k}`] = { shape: [softmax.potentials.length], data: softmax.potentials };
      scales.push(softmax.scale);
    }
    if (scales.length)
      arrays['scales'] = { shape: [scales.length], data: Float64Array.from(scales) };
    const values = { nSources: this.sources.length };
    return { id: this.#method.id, version: 1, values, arrays, parts: {} };
  }
}

/** Reads what {@link FittedTransport.toState} wrote. */
export function restoreTransport(
  method: EmbeddingMethod,
  state: FittedState,
  context: RestoreContext,
): FittedTransport {
  const reader = new StateReader(state, method.id, 1);
  const target = reader.matrix('target');
  const nSources = reader.number('nSources', true);
  const scales = reader.has('scales') ? reader.array('scales', nSources) : undefined;
  const sources = Array.from({ length: nSources }, (_, k) => {
    const rows = reader.matrix(`rows ${k}`, -1, target.columns);
    const moved = reader.matrix(`moved ${k}`, rows.rows, target.columns);
    if (!scales) return { rows, moved };
    const potentials = reader.array(`potentials ${k}`, target.rows);
    return { rows, moved, softmax: { potentials, scale: scales[k] } };
  });
  return new FittedTransport(method, sources, target, context.linearAlgebra);
}

function arrayOf({ rows, columns, data }: DenseMatrix): StateArray {
  return { shape: [rows, columns], data };
}
