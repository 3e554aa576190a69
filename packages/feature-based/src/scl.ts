import type {
  Adaptation,
  FittedState,
  LinearAlgebra,
  Matrix,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  Setting,
  TransferProblem,
} from '@graft-ml/core';
import {
  LinearAlgebraToken,
  prepareProblem,
  resolveOptions,
  selectRows,
  stackRows,
  step,
  TransferError,
} from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { extendProblem } from './internal/extend-problem.js';
import { FittedExtension, restoreExtension } from './internal/fitted-extension.js';
import { scaled } from './internal/matrix-sums.js';
import { meanLength } from './internal/mean-length.js';
import {
  bestFeatures,
  occurrenceInformation,
  occurrences,
  sharedFeatures,
} from './internal/occurrences.js';
import { correspondences, type PivotPredictor } from './internal/pivot-predictors.js';

export interface SclOptions {
  /** Features whose occurrence is predicted from the others; at most half of them. At least 1, default 100. */
  readonly nPivots?: number;
  /** How pivots are chosen among features of all domains: the most `'frequent'` (default), or those `'informative'` about the source labels. */
  readonly pivots?: 'frequent' | 'informative';
  /** Rows of every domain in which a pivot occurs at least. At least 1, default 5. */
  readonly minOccurrences?: number;
  /** Directions kept, at most nPivots. At least 1, default 25. */
  readonly nComponents?: number;
  /** `'ridge'` (default): least squares on ±1, all pivots at once. `'logistic'`: one logistic regression per pivot, slower. */
  readonly predictor?: PivotPredictor;
  /** λ of the predictors, in (0, ∞), default 1. Larger values predict pivots from more words at once. */
  readonly regularization?: number;
  /** Mean length of the new features over that of the rows. In (0, ∞), default 1. Larger values trust them more. */
  readonly scale?: number;
}

const schema: OptionSchema<SclOptions> = {
  nPivots: {
    type: 'integer',
    atLeast: 1,
    default: 100,
    description: 'Features whose occurrence is predicted from the others; at most half of them.',
  },
  pivots: {
    type: 'choice',
    values: ['frequent', 'informative'],
    default: 'frequent',
    description: 'How pivots are chosen: by how often they occur, or by the source labels.',
  },
  minOccurrences: {
    type: 'integer',
    atLeast: 1,
    default: 5,
    description: 'Rows of every domain in which a pivot occurs at least.',
  },
  nComponents: {
    type: 'integer',
    atLeast: 1,
    default: 25,
    description: 'Directions kept, at most the number of pivots.',
    effect: 'More keep more of what pivots have in common.',
  },
  predictor: {
    type: 'choice',
    values: ['ridge', 'logistic'],
    default: 'ridge',
    description: 'What predicts pivots: least squares on ±1, or logistic regression.',
  },
  regularization: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'λ of the predictors.',
    effect: 'Larger values predict pivots from more features at once.',
  },
  scale: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'Mean length of the new features over that of the rows.',
    effect: 'Larger values trust the new features more.',
  },
};

/** Adds directions in which features of both domains predict the same common features (structural correspondence learning, SCL).
 *
 * Setting   unsupervised, or with source labels for choosing pivots · any number of sources · same features, words mostly
 * Solves    per pivot p  min_w Σᵢ (sᵢₚ − w·xᵢ)² + λ‖w‖²,  sᵢₚ = 1 where p occurs (has a value above 0) in row i, −1 elsewhere,
 *           the columns of all pivots set to 0 in x, over the rows of all domains;   θ = the leading left singular vectors of [w₁ …]
 *           with `predictor: 'logistic'`  min_{w,b} Σᵢ log(1 + exp(−sᵢₚ·(w·xᵢ + b))) + λ/2·‖w‖²
 * Maps      x ↦ (x, α·x·θ), α such that the mean length of α·x·θ is `scale` times that of x
 * Shapes    x [n, nFeatures] → [n, nFeatures + nComponents]; sparse rows stay sparse
 * Assumes   common features that mean the same in all domains, and own features that go with them.
 * Errors    INVALID_DATA where no feature is common to all domains, or for informative pivots without source labels.
 * Paper     blitzer2006; informative pivots: blitzer2007. They use the modified Huber loss.
 * Example   const { problem } = await new StructuralCorrespondence().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class StructuralCorrespondence implements ProblemStrategy<FittedExtension> {
  static readonly id = 'feature-based/scl';
  static readonly summary = 'SCL: adds directions that predict features common to both domains.';
  static readonly setting: Setting = {
    role: 'feature',
    features: 'same',
    sources: 'many',
    sourceLabels: 'optional',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification', 'regression'],
    corrects: 'marginal',
    sparse: 'kept',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<SclOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(options?: SclOptions, dependencies: { readonly linearAlgebra?: LinearAlgebra } = {}) {
    this.options = resolveOptions('StructuralCorrespondence', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedExtension>> {
    const method = StructuralCorrespondence;
    const problem = prepareProblem(method, input, run);
    const { nComponents, predictor, regularization, scale } = this.options;
    const linearAlgebra = this.#linearAlgebra;
    const pivots = this.#choosePivots(problem);
    await step(run, method.name, { stage: 'choosing pivots', done: 1, total: 2 });
    const x = stackRows([...problem.sources.map((source) => source.x), problem.target.x]);
    const { theta, singularValues } = correspondences(linearAlgebra, x, pivots, {
      predictor,
      regularization,
      count: nComponents,
    });
    if (theta.columns === 0) throw nothing('no feature predicts any of the pivots');
    await step(run, method.name, { stage: 'predicting pivots', done: 2, total: 2 });
    const along = linearAlgebra.multiply(x, theta);
    const factor = (scale * meanLength(x)) / meanLength(along);
    if (!Number.isFinite(factor)) throw nothing('the rows have no length along the directions');
    const { features } = problem.target;
    const fitted = new FittedExtension(method, scaled(theta, factor), linearAlgebra, {
      warnings: [],
      facts: {
        pivots: Array.from(pivots, (j) => features.names[j]),
        singularValues: Array.from(singularValues),
        factor,
      },
    });
    const added = scaled(along, factor);
    return { problem: await extendProblem(problem, fitted, [added], run), fitted };
  }

  static restore(state: FittedState, context: RestoreContext): FittedExtension {
    return restoreExtension(StructuralCorrespondence, state, context);
  }

  #choosePivots({ sources, target }: TransferProblem): Int32Array {
    const { nPivots, pivots, minOccurrences } = this.options;
    const domains = [...sources.map(({ x }) => x), target.x];
    const counts = domains.map(occurrences);
    const shared = sharedFeatures(domains, counts, minOccurrences);
    const count = Math.min(nPivots, target.x.columns >> 1);
    if (shared.length === 0 || count === 0)
      throw nothing(
        `no feature occurs in ${minOccurrences} rows of every domain and misses in some`,
      );
    if (pivots === 'informative') return bestFeatures(shared, labelInformation(sources), count);
    const share = (j: number) => Math.min(...counts.map((c, d) => c[j] / domains[d].rows));
    return bestFeatures(shared, share, count);
  }
}

/** What the occurrence of a feature tells about the label of a source row. */
function labelInformation(sources: TransferProblem['sources']): (feature: number) => number {
  const groups = new Map<number, Matrix[]>();
  for (const { x, y, name } of sources) {
    if (!y) throw nothing(`informative pivots need source labels, but "${name}" has none`);
    for (const label of new Set(y)) {
      const rows = Array.from(y.keys()).filter((i) => y[i] === label);
      groups.set(label, [...(groups.get(label) ?? []), selectRows(x, rows)]);
    }
  }
  const parts = Array.from(groups.values(), (matrices) => stackRows(matrices));
  const counts = parts.map(occurrences);
  const sizes = parts.map(({ rows }) => rows);
  return (j) =>
    occurrenceInformation(
      counts.map((count) => count[j]),
      sizes,
      false,
    );
}

function nothing(reason: string): TransferError {
  return new TransferError({
    code: 'INVALID_DATA',
    who: 'StructuralCorrespondence',
    message: `found no correspondence: ${reason}. Lower "minOccurrences", or use a method that needs no common features.`,
    details: { argument: 'x', reason },
  });
}
