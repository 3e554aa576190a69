import type {
  Adaptation,
  DenseMatrix,
  FittedState,
  Learner,
  LinearAlgebra,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  Setting,
  TrainingRows,
} from '@graft-ml/core';
import {
  denseMatrix,
  LearnerToken,
  LinearAlgebraToken,
  numberedFeatures,
  prepareProblem,
  resolveOptions,
  stackRows,
  trainingRows,
  transformProblem,
} from '@graft-ml/core';
import { NearestNeighbours } from '@graft-ml/learners';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { countClasses } from './internal/class-discrepancy.js';
import { componentCount, scatterAxes, scatterMatrix } from './internal/components.js';
import { FittedAffine, restoreAffine } from './internal/fitted-affine.js';
import { labelTarget } from './internal/label-target.js';
import { plus, scaled, transposed } from './internal/matrix-sums.js';
import { repeatLabelling } from './internal/repeat-labelling.js';
import { featureCoordinates, scaleColumns } from './internal/representation.js';

export interface JpdaOptions {
  /** Number of components kept. `'auto'` (default): the published 100, or as many as the rows have. More keep more of the data and align less. */
  readonly nComponents?: number | 'auto';
  /** λ, the price of large coefficients. In (0, ∞), default 1. Larger values adapt less. */
  readonly regularization?: number;
  /** μ, the reward for different classes being apart across domains. In [0, ∞), default 0.1. */
  readonly discrimination?: number;
  /** Number of eigenproblems solved at most, default 10; it stops earlier once no pseudo label changes. */
  readonly maxIterations?: number;
}

const schema: OptionSchema<JpdaOptions> = {
  nComponents: {
    type: 'integer',
    atLeast: 1,
    words: ['auto'],
    default: 'auto',
    description: 'Number of components kept; "auto" is 100, or as many as the rows have.',
    effect: 'More keep more of the data and align less.',
  },
  regularization: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'λ, the price of large coefficients.',
    effect: 'Larger values adapt less.',
  },
  discrimination: {
    type: 'number',
    atLeast: 0,
    default: 0.1,
    description: 'μ, the reward for different classes being apart across domains.',
    effect: 'Larger values keep classes further apart.',
  },
  maxIterations: {
    type: 'integer',
    atLeast: 1,
    default: 10,
    description: 'Number of eigenproblems solved at most.',
    effect: 'It stops earlier once no pseudo label changes.',
  },
};

/** Brings joint probabilities of both domains together: same classes near, different classes apart (joint probability domain adaptation, JPDA).
 *
 * Setting   transductive · sources are stacked into one · same features · needs source labels, guesses target labels
 * Solves    min_A tr(Aᵀ·(X·(R₊ − μ·R₋)·Xᵀ + λI)·A)   subject to   Aᵀ·X·H·Xᵀ·A = I
 * where     X·R₊·Xᵀ = Σ_c (s_c − t_c)(s_c − t_c)ᵀ, X·R₋·Xᵀ = Σ_{c≠q} (s_c − t_q)(s_c − t_q)ᵀ with s_c, t_c the sums of the rows
 *           of class c over the weight of their whole domain, P(c)·E[x | c];   λ, μ = `regularization`, `discrimination`
 * Algorithm labels by the learner; X·H·Xᵀ whitened once, the smallest eigenvectors there, which exist however large μ is,
 *           columns of A scaled to unit length; labels again
 * Shapes    xs [nSource, nFeatures], xt [nTarget, nFeatures] → [n, nComponents]
 * Assumes   first guesses better than chance; classes about as frequent in both domains.
 * Errors    INVALID_OPTION for more components than the rows have; NUMERICAL where all rows are equal.
 * Paper     zhang2020jpda
 * Example   const { problem } = await new JointProbabilityAdaptation().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class JointProbabilityAdaptation implements ProblemStrategy<FittedAffine> {
  static readonly id = 'feature-based/jpda';
  static readonly summary = 'JPDA: same classes near and different classes apart across domains.';
  static readonly setting: Setting = {
    role: 'feature',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification'],
    corrects: 'marginal and conditional',
    sparse: 'made dense',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken, learner: LearnerToken };

  readonly produces = 'problem';
  readonly options: Required<JpdaOptions>;
  readonly #linearAlgebra: LinearAlgebra;
  readonly #learner: Learner;

  constructor(
    options?: JpdaOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra; readonly learner?: Learner } = {},
  ) {
    this.options = resolveOptions('JointProbabilityAdaptation', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
    this.#learner =
      dependencies.learner ??
      new NearestNeighbours({ neighbours: 1 }, { linearAlgebra: this.#linearAlgebra });
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedAffine>> {
    const method = JointProbabilityAdaptation;
    const problem = prepareProblem(method, input, run);
    const linearAlgebra = this.#linearAlgebra;
    const { nComponents, regularization, discrimination, maxIterations } = this.options;
    const source = trainingRows(method.name, problem, method.setting.tasks);
    const stacked = stackRows([source.x, problem.target.x]);
    const seen = featureCoordinates(linearAlgebra, stacked);
    const { rows } = seen;
    const scatter = scatterMatrix(linearAlgebra, method.name, rows);
    const { whitening, squares } = whiten(linearAlgebra, scatter);
    const count = componentCount(method.name, nComponents, 100, whitening.columns);
    const nClasses = countClasses(source.task);
    const { result, labels, diagnostics } = await repeatLabelling({
      who: method.name,
      learner: this.#learner,
      source,
      start: await labelTarget(this.#learner, source, rows, run),
      maxIterations,
      run,
      align: (targetLabels = new Float64Array(0)) => {
        const joint = jointMeans(rows, source, targetLabels, nClasses);
        // Gaps are quadratic in the means, so that means seen through W give Wᵀ·gaps·W.
        const inner = jointGaps(
          linearAlgebra,
          {
            source: linearAlgebra.multiply(joint.source, whitening),
            target: linearAlgebra.multiply(joint.target, whitening),
          },
          discrimination,
        );
        squares.forEach((square, k) => {
          inner.data[k * inner.columns + k] += regularization * square;
        });
        const { values, vectors } = linearAlgebra.eigenSymmetric(inner, {
          count,
          which: 'smallest',
        });
        const components = unitColumns(linearAlgebra.multiply(whitening, vectors));
        return {
          result: components,
          rows: linearAlgebra.multiply(rows, components),
          note: {
            objective: values.reduce((sum, value) => sum + value, 0),
            missingClasses: joint.missing,
          },
        };
      },
    });
    const map = { matrix: seen.expand(result) };
    const fitted = new FittedAffine(
      method,
      stacked.columns,
      { sources: problem.sources.map(() => map), target: map, pseudoLabels: labels },
      linearAlgebra,
      diagnostics,
    );
    const names = numberedFeatures(result.columns, 'component');
    return { problem: await transformProblem(problem, fitted, names, run), fitted };
  }

  static restore(state: FittedState, context: RestoreContext): FittedAffine {
    return restoreAffine(JointProbabilityAdaptation, state, context);
  }
}

/** W with Wᵀ·S·W = I, of as many columns as S has rank, and their squared lengths; they are orthogonal. */
function whiten(
  linearAlgebra: LinearAlgebra,
  scatter: DenseMatrix,
): { readonly whitening: DenseMatrix; readonly squares: Float64Array } {
  const { values, vectors } = scatterAxes(linearAlgebra, scatter);
  const squares = values.map((value) => 1 / value);
  return { whitening: scaleColumns(vectors, squares.map(Math.sqrt)), squares };
}

interface JointMeans {
  /** s_c and t_c [classes present in both, r]. */
  readonly source: DenseMatrix;
  readonly target: DenseMatrix;
  /** Classes without a row in one of the domains: they have no term. */
  readonly missing: readonly number[];
}

function jointMeans(
  { columns, data }: DenseMatrix,
  { y, weights }: Pick<TrainingRows, 'y' | 'weights'>,
  targetLabels: Float64Array,
  nClasses: number,
): JointMeans {
  const sums = [denseMatrix(nClasses, columns), denseMatrix(nClasses, columns)] as const;
  const mass = [new Float64Array(nClasses), new Float64Array(nClasses)] as const;
  for (let i = 0; i < y.length + targetLabels.length; i++) {
    const domain = i < y.length ? 0 : 1;
    const c = domain === 0 ? y[i] : targetLabels[i - y.length];
    const weight = domain === 0 && weights ? weights[i] : 1;
    mass[domain][c] += weight;
    for (let j = 0; j < columns; j++)
      sums[domain].data[c * columns + j] += weight * data[i * columns + j];
  }
  const classes = Array.from({ length: nClasses }, (_, c) => c);
  const present = classes.filter((c) => mass[0][c] > 0 && mass[1][c] > 0);
  const [source, target] = [0, 1].map((domain) => {
    const total = mass[domain].reduce((sum, value) => sum + value, 0);
    const kept = denseMatrix(present.length, columns);
    present.forEach((c, k) => {
      const row = sums[domain].data.subarray(c * columns, (c + 1) * columns);
      kept.data.set(
        row.map((value) => value / total),
        k * columns,
      );
    });
    return kept;
  });
  return { source, target, missing: classes.filter((c) => !present.includes(c)) };
}

/** X·(R₊ − μ·R₋)·Xᵀ. The sum over all pairs of classes is C·(SᵀS + TᵀT) − s·tᵀ − t·sᵀ with s = Σ s_c, t = Σ t_c; R₋ is it without R₊. */
function jointGaps(
  linearAlgebra: LinearAlgebra,
  { source, target }: Pick<JointMeans, 'source' | 'target'>,
  discrimination: number,
): DenseMatrix {
  const near = linearAlgebra.crossProduct(plus(source, scaled(target, -1)));
  const own = plus(linearAlgebra.crossProduct(source), linearAlgebra.crossProduct(target));
  const ones = denseMatrix(source.rows, source.rows, new Float64Array(source.rows ** 2).fill(1));
  const across = linearAlgebra.multiply(source, linearAlgebra.multiply(ones, target), {
    transposeA: true,
  });
  const pairs = plus(scaled(own, source.rows), scaled(plus(across, transposed(across)), -1));
  return plus(scaled(near, 1 + discrimination), scaled(pairs, -discrimination));
}

function unitColumns(a: DenseMatrix): DenseMatrix {
  const squares = new Float64Array(a.columns);
  for (let p = 0; p < a.data.length; p++) squares[p % a.columns] += a.data[p] * a.data[p];
  return scaleColumns(
    a,
    squares.map((square) => 1 / Math.sqrt(square)),
  );
}
