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
  selectRows,
  StateReader,
  toDense,
} from '@graft-ml/core';
import { nearestNeighbours } from '@graft-ml/numerics';
import type { EmbeddingMethod } from './fitted-embedding.js';

/** The maps of one source: x ↦ x∘scale + shift by what the nearest of `rows` belongs to. */
export interface LocationScale {
  /** The source rows [nSource, nFeatures] … */
  readonly rows: DenseMatrix;
  /** … and how much each belongs to each group [nSource, groups]: 1 for its class. */
  readonly groups: DenseMatrix;
  /** [groups, nFeatures]. */
  readonly scales: DenseMatrix;
  /** [groups, nFeatures]. */
  readonly shifts: DenseMatrix;
}

/** Fitted scales and shifts per source and class; target rows stay. */
export class FittedLocationScale extends Fitted implements FittedStep {
  readonly diagnostics: Diagnostics;
  /** One per source. */
  readonly sources: readonly LocationScale[];
  readonly #method: EmbeddingMethod;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    method: EmbeddingMethod,
    sources: readonly LocationScale[],
    linearAlgebra: LinearAlgebra,
    diagnostics: Diagnostics = { warnings: [] },
  ) {
    super();
    this.diagnostics = diagnostics;
    this.sources = sources;
    this.#method = method;
    this.#linearAlgebra = linearAlgebra;
  }

  async transform(x: MatrixInput, domain: DomainRef, _run?: RunOptions): Promise<Matrix> {
    const index = resolveDomain(domain);
    const rows = checkRows(this.#method.name, x, this.sources[0].rows.columns);
    if (index === 'target' || rows.rows === 0) return rows;
    const { rows: known, groups, scales, shifts } = this.sources[index];
    const given = toDense(rows);
    const { indices } = nearestNeighbours(this.#linearAlgebra, 1, given, known);
    const belonging = toDense(selectRows(groups, indices));
    const scale = this.#linearAlgebra.multiply(belonging, scales);
    const { data } = this.#linearAlgebra.multiply(belonging, shifts);
    for (let p = 0; p < data.length; p++) data[p] += given.data[p] * scale.data[p];
    return denseMatrix(given.rows, given.columns, data);
  }

  override toState(): FittedState {
    const arrays: Record<string, StateArray> = {};
    for (const [k, source] of this.sources.entries()) {
      for (const name of names) {
        const { rows, columns, data } = source[name];
        arrays[`${name} ${k}`] = { shape: [rows, columns], data };
      }
    }
    const values = { nSources: this.sources.length };
    return { id: this.#method.id, version: 1, values, arrays, parts: {} };
  }
}

const names = ['rows', 'groups', 'scales', 'shifts'] as const;

/** Reads what {@link FittedLocationScale.toState} wrote. */
export function restoreLocationScale(
  method: EmbeddingMethod,
  state: FittedState,
  context: RestoreContext,
): FittedLocationScale {
  const reader = new StateReader(state, method.id, 1);
  const sources = Array.from({ length: reader.number('nSources', true) }, (_, k) => {
    const rows = reader.matrix(`rows ${k}`);
    const groups = reader.matrix(`groups ${k}`, rows.rows);
    const scales = reader.matrix(`scales ${k}`, groups.columns, rows.columns);
    const shifts = reader.matrix(`shifts ${k}`, groups.columns, rows.columns);
    return { rows, groups, scales, shifts };
  });
  return new FittedLocationScale(method, sources, context.linearAlgebra);
}
