import type {
  Adaptation,
  DenseMatrix,
  FittedState,
  LinearAlgebra,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  Setting,
  TransferProblem,
} from '@graft-ml/core';
import {
  denseMatrix,
  LinearAlgebraToken,
  numberedFeatures,
  prepareProblem,
  resolveOptions,
  stackRows,
  trainingRows,
  transformProblem,
} from '@graft-ml/core';
import { columnMeans, referenceLinearAlgebra } from '@graft-ml/numerics';
import { countClasses } from './internal/class-discrepancy.js';
import { classScatter } from './internal/class-scatter.js';
import {
  componentCount,
  objectiveOf,
  scatterMatrix,
  topComponents,
} from './internal/components.js';
import { FittedEmbedding, restoreEmbedding } from './internal/fitted-embedding.js';
import { kernelFactor } from './internal/kernel-factor.js';
import { type KernelOptions, kernelSchema } from './internal/kernel-options.js';
import { rowRange } from './internal/label-target.js';
import { addToDiagonal, plus, scaled } from './internal/matrix-sums.js';

export interface ScaOptions extends KernelOptions {
  /** Number of components kept. `'auto'` (default): one less than there are classes, or as many as the rows have. */
  readonly nComponents?: number | 'auto';
  /** β, from only the variance of all rows (0) to only that between source classes (1). In [0, 1], default 0.5. */
  readonly classShare?: number;
  /** δ, the price of domain means that differ. In [0, ∞), default 1. Larger values adapt more. */
  readonly alignment?: number;
  /** ε, the price of large coefficients, in squared units of the features. In (0, ∞), default 0.001. Larger values follow noise less. */
  readonly regularization?: number;
  /** `'linear'` (default): components are combinations of features. `'rbf'`: of exp(−γ‖x − y‖²). */
  readonly kernel?: 'linear' | 'rbf';
}

const schema: OptionSchema<ScaOptions> = {
  nComponents: {
    type: 'integer',
    atLeast: 1,
    words: ['auto'],
    default: 'auto',
    description: 'Number of components kept; "auto" is one less than there are classes.',
    effect: 'More keep more of the data and separate less.',
  },
  classShare: {
    type: 'number',
    atLeast: 0,
    atMost: 1,
    default: 0.5,
    description: 'β, from only the variance of all rows (0) to only that between classes (1).',
  },
  alignment: {
    type: 'number',
    atLeast: 0,
    default: 1,
    description: 'δ, the price of domain means that differ.',
    effect: 'Larger values adapt more.',
  },
  regularization: {
    type: 'number',
    above: 0,
    default: 0.001,
    description: 'ε, the price of large coefficients, in squared units of the features.',
    effect: 'Larger values follow noise less.',
  },
  kernel: {
    type: 'choice',
    values: ['linear', 'rbf'],
    default: 'linear',
    description: 'Whether components combine features or Gaussians around rows.',
  },
  ...kernelSchema,
};

/** Components in which classes are far apart and tight, and domains have one mean (scatter component analysis, SCA).
 *
 * Setting   unsupervised · every source is a domain of its own · same features · needs source labels
 * Solves    max_W tr(Wᵀ·((1 − β)·T + β·P)·W) / tr(Wᵀ·(δ·D + Q + εI)·W)
 * where     T the scatter of all rows, P and Q that of source rows between and within classes, each per unit of weight;
 *           D = (1/m)·Σ_d (m_d − m̄)(m_d − m̄)ᵀ over the means of the m domains;   β, δ, ε = `classShare`, `alignment`, `regularization`
 * Shapes    xs [nSource, nFeatures], xt [nTarget, nFeatures] → [n, nComponents]
 * Assumes   what separates classes in the sources separates them in the target. No label is guessed.
 * Errors    INVALID_OPTION for more components than the rows have; NUMERICAL where all rows are equal.
 * Paper     ghifary2017sca
 * Example   const { problem } = await new ScatterComponentAnalysis().fit({ sources: [a, b], target: { x: xt } });
 */
export class ScatterComponentAnalysis implements ProblemStrategy<FittedEmbedding> {
  static readonly id = 'feature-based/sca';
  static readonly summary = 'SCA: components that separate classes and not domains.';
  static readonly setting: Setting = {
    role: 'feature',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification'],
    corrects: 'marginal',
    sparse: 'made dense',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<ScaOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(options?: ScaOptions, dependencies: { readonly linearAlgebra?: LinearAlgebra } = {}) {
    this.options = resolveOptions('ScatterComponentAnalysis', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedEmbedding>> {
    const method = ScatterComponentAnalysis;
    const problem = prepareProblem(method, input, run);
    const linearAlgebra = this.#linearAlgebra;
    const { nComponents, classShare, alignment, regularization, ...options } = this.options;
    const source = trainingRows(method.name, problem, method.setting.tasks);
    const stacked = stackRows([source.x, problem.target.x]);
    const factor = kernelFactor(linearAlgebra, stacked, { ...options, seed: run?.seed ?? 0 });
    const { rows } = factor;
    const nSource = source.y.length;
    const published = countClasses(source.task) - 1;
    const limit = Math.min(rows.rows - 1, rows.columns);
    const count = componentCount(method.name, nComponents, published, limit);
    const all = scatterMatrix(linearAlgebra, method.name, rows);
    const { within, between } = classScatter(linearAlgebra, {
      ...source,
      x: rowRange(rows, 0, nSource),
    });
    const mass = source.weights?.reduce((sum, weight) => sum + weight, 0) ?? nSource;
    const gain = plus(
      scaled(all, (1 - classShare) / rows.rows),
      scaled(between, classShare / mass),
    );
    const apart = linearAlgebra.crossProduct(domainGaps(rows, problem));
    const price = addToDiagonal(
      plus(scaled(apart, alignment), scaled(within, 1 / mass)),
      regularization,
    );
    const found = topComponents(linearAlgebra, gain, price, count);
    const embedding = {
      nFeatures: stacked.columns,
      components: factor.expand(found.vectors),
      values: found.values,
      unitLength: false,
      landmarks: factor.landmarks,
      gamma: factor.gamma,
    };
    const facts = { objective: objectiveOf(found) };
    const fitted = new FittedEmbedding(method, embedding, linearAlgebra, { warnings: [], facts });
    const names = numberedFeatures(found.values.length, 'component');
    return { problem: await transformProblem(problem, fitted, names, run), fitted };
  }

  static restore(state: FittedState, context: RestoreContext): FittedEmbedding {
    return restoreEmbedding(ScatterComponentAnalysis, state, context);
  }
}

/** Rows (m_d − m̄)/√m for the m domains: their cross product is D. */
function domainGaps(rows: DenseMatrix, { sources, target }: TransferProblem): DenseMatrix {
  let from = 0;
  const means = [...sources, { ...target, weights: undefined }].map(({ x, weights }) => {
    const own = rowRange(rows, from, (from += x.rows));
    return columnMeans(own, weights ? { weights } : {});
  });
  const gaps = denseMatrix(means.length, rows.columns);
  for (let j = 0; j < rows.columns; j++) {
    const centre = means.reduce((sum, mean) => sum + mean[j], 0) / means.length;
    for (let d = 0; d < means.length; d++) {
      gaps.data[d * rows.columns + j] = (means[d][j] - centre) / Math.sqrt(means.length);
    }
  }
  return gaps;
}
