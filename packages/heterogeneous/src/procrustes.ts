import type {
  Adaptation,
  DenseMatrix,
  Diagnostics,
  DomainRef,
  FittedState,
  FittedStep,
  LinearAlgebra,
  Matrix,
  MatrixInput,
  OptionSchema,
  PairedRows,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  Setting,
  Warning,
} from '@graft-ml/core';
import {
  checkRows,
  denseMatrix,
  Fitted,
  LinearAlgebraToken,
  prepareProblem,
  resolveDomain,
  resolveOptions,
  StateReader,
  step,
  transformProblem,
} from '@graft-ml/core';
import { columnMeans, determinant, referenceLinearAlgebra } from '@graft-ml/numerics';
import { frobeniusNorm, minus } from './internal/centred.js';
import { emptyPairs, pairedRows } from './internal/paired-rows.js';

export interface ProcrustesOptions {
  /** Whether the mean of the paired source rows is carried onto that of their partners. Default true; false turns about the origin. */
  readonly translation?: boolean;
  /** Whether lengths may change, by one factor for all directions. Default false: distances stay what they are. */
  readonly scaling?: boolean;
  /** Whether mirror images are ruled out. Default false. Without effect where the numbers of features differ. */
  readonly rotationOnly?: boolean;
}

const schema: OptionSchema<ProcrustesOptions> = {
  translation: {
    type: 'boolean',
    default: true,
    description:
      'Whether the mean of the paired source rows is carried onto that of their partners.',
  },
  scaling: {
    type: 'boolean',
    default: false,
    description: 'Whether lengths may change, by one factor for all directions.',
  },
  rotationOnly: {
    type: 'boolean',
    default: false,
    description: 'Whether mirror images are ruled out; only where the numbers of features agree.',
  },
};

/** Turns the source onto the target by the orthogonal map that brings paired rows closest (orthogonal Procrustes).
 *
 * Setting   one source · any features, also different ones · needs paired rows, no labels
 * Solves    min_W ‖s·x·W − y‖²_F, W orthogonal        closed form  x'y = U·diag(σ)·V',  W = U·V'
 * where     x, y are the paired rows, with `translation` minus their means mx, my; the narrower of the two is thought
 *           of as padded with zero columns, so W is square; of it the first rows and columns are kept
 *           s = tr(W'x'y) / ‖x·W‖²_F with `scaling`, else 1;  with `rotationOnly` the last column of U changes sign where det(U·V') < 0
 * Shapes    x [nPairs, nSource], y [nPairs, nTarget] → source rows become s·(x − mx)·W + my [n, nTarget], target rows stay
 * Assumes   up to noise the domains are one cloud of points seen in two coordinate systems with equal units; curved or
 *           feature-wise stretched relations are beyond it.
 * Errors    INVALID_DATA where pairs are all equal after centring, or have nothing in common.
 * Warnings  UNDERDETERMINED where x'y has less rank than the narrower domain has features: part of W is then arbitrary.
 * Paper     schonemann1966 (W), schonemann1970 (scale and translation); arun1987 and umeyama1991 (rotations).
 * Example   const { problem } = await new Procrustes().fit({ source: { x: xs, y }, target: { x: xt }, pairs: { source, target } });
 */
export class Procrustes implements ProblemStrategy<FittedProcrustes> {
  static readonly id = 'heterogeneous/procrustes';
  static readonly summary = 'Procrustes: turns the source onto the target by paired rows.';
  static readonly setting: Setting = {
    role: 'mapper',
    features: 'any',
    sources: 'one',
    sourceLabels: 'unused',
    targetLabels: 'unused',
    pairs: 'required',
    tasks: ['classification', 'regression'],
    corrects: 'marginal and conditional',
    sparse: 'kept',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<ProcrustesOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: ProcrustesOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('Procrustes', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedProcrustes>> {
    const problem = prepareProblem(Procrustes, input, run);
    const pairs = pairedRows(problem, 'Procrustes');
    const similarity = solve(this.#linearAlgebra, pairs, this.options);
    await step(run, 'Procrustes', { stage: 'turning', done: 1, total: 1 });
    const fitted = new FittedProcrustes(similarity, this.#linearAlgebra);
    return {
      problem: await transformProblem(problem, fitted, problem.target.features, run),
      fitted,
    };
  }

  static restore(state: FittedState, context: RestoreContext): FittedProcrustes {
    const reader = new StateReader(state, Procrustes.id, 1);
    const map = reader.matrix('map');
    const translation = reader.array('translation', map.columns);
    const scale = reader.number('scale');
    return new FittedProcrustes(
      { map, translation, scale, diagnostics: { warnings: [] } },
      context.linearAlgebra,
    );
  }
}

/** x ↦ scale·x·map + translation. */
interface Similarity {
  readonly map: DenseMatrix;
  readonly scale: number;
  readonly translation: Float64Array;
  readonly diagnostics: Diagnostics;
}

/** A fitted Procrustes map: source rows become `scale`·x·`map` + `translation`, target rows stay as they are. */
export class FittedProcrustes extends Fitted implements FittedStep {
  /** Facts: `nPairs`, `rank` of x'y, `singularValues` of x'y, `residual` ‖s·x·W − y‖_F over the pairs, `explained` = 1 − residual² / ‖y‖²_F. */
  readonly diagnostics: Diagnostics;
  /** W [nSource, nTarget]: orthonormal columns, or rows where the source is narrower; orthogonal where both are as wide. */
  readonly map: DenseMatrix;
  readonly scale: number;
  /** [nTarget]. */
  readonly translation: Float64Array;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(similarity: Similarity, linearAlgebra: LinearAlgebra) {
    super();
    this.map = similarity.map;
    this.scale = similarity.scale;
    this.translation = similarity.translation;
    this.diagnostics = similarity.diagnostics;
    this.#linearAlgebra = linearAlgebra;
  }

  async transform(x: MatrixInput, domain: DomainRef, _run?: RunOptions): Promise<Matrix> {
    const target = resolveDomain(domain) === 'target';
    const rows = checkRows('Procrustes', x, target ? this.map.columns : this.map.rows);
    if (target) return rows;
    const mapped = this.#linearAlgebra.multiply(rows, this.map);
    const { data, columns } = mapped;
    for (let p = 0; p < data.length; p++) {
      data[p] = this.scale * data[p] + this.translation[p % columns];
    }
    return mapped;
  }

  override toState(): FittedState {
    const { map, translation, scale } = this;
    return {
      id: Procrustes.id,
      version: 1,
      values: { scale },
      arrays: {
        map: { shape: [map.rows, map.columns], data: map.data },
        translation: { shape: [map.columns], data: translation },
      },
      parts: {},
    };
  }
}

function solve(
  linearAlgebra: LinearAlgebra,
  pairs: PairedRows,
  { translation, scaling, rotationOnly }: Required<ProcrustesOptions>,
): Similarity {
  const mx = translation ? columnMeans(pairs.source) : new Float64Array(pairs.source.columns);
  const my = translation ? columnMeans(pairs.target) : new Float64Array(pairs.target.columns);
  const x = minus(pairs.source, mx);
  const y = minus(pairs.target, my);
  const lengths = frobeniusNorm(x) * frobeniusNorm(y);
  if (lengths === 0) throw emptyPairs('Procrustes', allEqual(translation));
  const { u, s, v } = linearAlgebra.svd(linearAlgebra.multiply(x, y, { transposeA: true }));
  const rank = s.filter((value) => value > Number.EPSILON * x.rows * lengths).length;
  if (rank === 0) throw emptyPairs('Procrustes', 'the paired rows are uncorrelated');

  const signed = Float64Array.from(s);
  let map = linearAlgebra.multiply(u, v, { transposeB: true });
  if (rotationOnly && x.columns === y.columns && determinant(map) < 0) {
    const last = s.length - 1;
    signed[last] *= -1;
    map = linearAlgebra.multiply(negatedColumn(u, last), v, { transposeB: true });
  }
  const turned = linearAlgebra.multiply(x, map);
  const length = frobeniusNorm(turned);
  const scale = scaling ? signed.reduce((sum, value) => sum + value, 0) / length / length : 1;
  if (scale <= 0) {
    throw emptyPairs('Procrustes', 'no rotation turns the paired rows towards their partners');
  }
  const residual = frobeniusNorm(difference(turned, scale, y));
  const explained = 1 - (residual / frobeniusNorm(y)) ** 2;
  const carried = linearAlgebra.multiply(denseMatrix(1, mx.length, mx), map).data;
  return {
    map,
    scale,
    translation: my.map((value, j) => value - scale * carried[j]),
    diagnostics: {
      warnings: rank < s.length ? [underdetermined(rank, s.length)] : [],
      facts: { nPairs: x.rows, rank, residual, explained, singularValues: Array.from(s) },
    },
  };
}

function difference(x: DenseMatrix, scale: number, y: DenseMatrix): DenseMatrix {
  return denseMatrix(
    x.rows,
    x.columns,
    x.data.map((value, p) => scale * value - y.data[p]),
  );
}

function negatedColumn(u: DenseMatrix, column: number): DenseMatrix {
  const data = u.data.map((value, p) => (p % u.columns === column ? -value : value));
  return denseMatrix(u.rows, u.columns, data);
}

function allEqual(translation: boolean): string {
  return translation
    ? 'the paired rows of a domain are all equal'
    : 'the paired rows of a domain are all zero';
}

function underdetermined(rank: number, needed: number): Warning {
  return {
    code: 'UNDERDETERMINED',
    message: `the pairs fix ${rank} of ${needed} directions of the map; the others are arbitrary. Give more pairs, or reduce the features with PCA first.`,
  };
}
