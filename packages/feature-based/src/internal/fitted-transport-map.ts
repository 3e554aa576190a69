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
import { centred } from './centred.js';
import type { EmbeddingMethod } from './fitted-embedding.js';

/** x ↦ [x +] φ(x)·coefficients + offset with φ(x) = x − centre, or k(x, centres) = exp(−gamma·‖x − centre‖²). */
export interface TransportMap {
  /** The mean of the source [1, nFeatures], or the rows behind the kernel [nSource, nFeatures]. */
  readonly centres: DenseMatrix;
  /** [nFeatures or nSource, nFeatures]. */
  readonly coefficients: DenseMatrix;
  readonly offset: Float64Array;
  /** Mass sent from source to target row; absent once restored from a file. */
  readonly plan?: Matrix;
}

/** What all maps of a fit share. */
export interface MapForm {
  /** Whether x itself is added. */
  readonly identity: boolean;
  /** Width of the kernel; absent for linear maps. */
  readonly gamma?: number | undefined;
}

/** A fitted map per source; target rows stay. */
export class FittedTransportMap extends Fitted implements FittedStep {
  readonly diagnostics: Diagnostics;
  /** One per source. */
  readonly sources: readonly TransportMap[];
  readonly #method: EmbeddingMethod;
  readonly #form: MapForm;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    method: EmbeddingMethod,
    form: MapForm,
    sources: readonly TransportMap[],
    linearAlgebra: LinearAlgebra,
    diagnostics: Diagnostics = { warnings: [] },
  ) {
    super();
    this.diagnostics = diagnostics;
    this.sources = sources;
    this.#method = method;
    this.#form = form;
    this.#linearAlgebra = linearAlgebra;
  }

  async transform(x: MatrixInput, domain: DomainRef, _run?: RunOptions): Promise<Matrix> {
    const index = resolveDomain(domain);
    const nFeatures = this.sources[0].centres.columns;
    const rows = checkRows(this.#method.name, x, nFeatures);
    if (index === 'target') return rows;
    const given = toDense(rows);
    const { centres, coefficients, offset } = this.sources[index];
    const { gamma, identity } = this.#form;
    const seen =
      gamma === undefined
        ? centred(given, centres.data)
        : this.#linearAlgebra.kernelMatrix({ type: 'rbf', gamma }, given, centres);
    const { data } = this.#linearAlgebra.multiply(seen, coefficients);
    for (let i = 0, p = 0; i < given.rows; i++) {
      for (let j = 0; j < nFeatures; j++, p++)
        data[p] += offset[j] + (identity ? given.data[p] : 0);
    }
    return denseMatrix(given.rows, nFeatures, data);
  }

  override toState(): FittedState {
    const arrays: Record<string, StateArray> = {};
    for (const [k, { centres, coefficients, offset }] of this.sources.entries()) {
      arrays[`centres ${k}`] = arrayOf(centres);
      arrays[`coefficients ${k}`] = arrayOf(coefficients);
      arrays[`offset ${k}`] = { shape: [offset.length], data: offset };
    }
    const { identity, gamma } = this.#form;
    const values = {
      nSources: this.sources.length,
      identity,
      ...(gamma === undefined ? {} : { gamma }),
    };
    return { id: this.#method.id, version: 1, values, arrays, parts: {} };
  }
}

/** Reads what {@link FittedTransportMap.toState} wrote. */
export function restoreTransportMap(
  method: EmbeddingMethod,
  state: FittedState,
  context: RestoreContext,
): FittedTransportMap {
  const reader = new StateReader(state, method.id, 1);
  const gamma = reader.has('gamma') ? reader.number('gamma') : undefined;
  const sources = Array.from({ length: reader.number('nSources', true) }, (_, k) => {
    const centres = reader.matrix(`centres ${k}`, gamma === undefined ? 1 : -1);
    const { rows, columns } = centres;
    const coefficients = reader.matrix(
      `coefficients ${k}`,
      gamma === undefined ? columns : rows,
      columns,
    );
    return { centres, coefficients, offset: reader.array(`offset ${k}`, columns) };
  });
  const form = { identity: reader.value('identity') === true, gamma };
  return new FittedTransportMap(method, form, sources, context.linearAlgebra);
}

function arrayOf({ rows, columns, data }: DenseMatrix): StateArray {
  return { shape: [rows, columns], data };
}
