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
} from '@graft-ml/core';
import {
  denseMatrix,
  LinearAlgebraToken,
  numberedFeatures,
  prepareProblem,
  resolveOptions,
  stackRows,
  step,
  trainingRows,
  transformProblem,
} from '@graft-ml/core';
import { medianHeuristicGamma, minimizeLbfgs, referenceLinearAlgebra } from '@graft-ml/numerics';
import { classDiscrepancy, countClasses } from './internal/class-discrepancy.js';
import { classScatter } from './internal/class-scatter.js';
import { componentCount, scatterMatrix } from './internal/components.js';
import { FittedAffine, restoreAffine } from './internal/fitted-affine.js';
import { rowRange } from './internal/label-target.js';
import { addToDiagonal, plus, scaled, transposed } from './internal/matrix-sums.js';
import { featureCoordinates } from './internal/representation.js';
import { type SubspaceCriterion, subspaceValue } from './internal/subspace-objective.js';

export interface TslOptions {
  /** Dimension of the subspace. `'auto'` (default): one less than there are classes, or as many as the rows have. */
  readonly nComponents?: number | 'auto';
  /** `'fisher'` (default): source classes tight and apart. `'variance'`: much variance of all rows. */
  readonly objective?: 'fisher' | 'variance';
  /** λ, the price of densities that differ between the domains. In [0, ∞), default 10. Larger values adapt more. */
  readonly alignment?: number;
  /** γ of the densities' kernel exp(−γ‖z − z'‖²) in the subspace, in (0, ∞). `'median'` (default): 1 / (2·median squared distance) in the subspace it starts from. Larger values see finer detail. */
  readonly gamma?: number | 'median';
  /** Steps of the minimiser from each start, default 100. */
  readonly maxIterations?: number;
  /** Largest entry of the gradient at which to stop. In (0, ∞), default 0.00001. */
  readonly tolerance?: number;
}

const schema: OptionSchema<TslOptions> = {
  nComponents: {
    type: 'integer',
    atLeast: 1,
    words: ['auto'],
    default: 'auto',
    description: 'Dimension of the subspace; "auto" is one less than there are classes.',
    effect: 'More keep more of the data and align less.',
  },
  objective: {
    type: 'choice',
    values: ['fisher', 'variance'],
    default: 'fisher',
    description: 'Whether source classes shall be tight and apart, or all rows vary much.',
  },
  alignment: {
    type: 'number',
    atLeast: 0,
    default: 10,
    description: 'λ, the price of densities that differ between the domains.',
    effect: 'Larger values adapt more.',
  },
  gamma: {
    type: 'number',
    above: 0,
    words: ['median'],
    default: 'median',
    description: 'γ of the densities in the subspace; "median" is 1 / (2·median squared distance).',
    effect: 'Larger values see finer detail.',
  },
  maxIterations: {
    type: 'integer',
    atLeast: 1,
    default: 100,
    description: 'Steps of the minimiser from each start.',
  },
  tolerance: {
    type: 'number',
    above: 0,
    default: 0.00001,
    description: 'Largest entry of the gradient at which to stop.',
    effect: 'Smaller values give more digits and take more iterations.',
  },
};

/** The subspace in which source classes are apart and both domains have one density (transfer subspace learning, TSL).
 *
 * Setting   unsupervised · sources are stacked into one · same features · needs source labels
 * Solves    min_W F(W) + λ·D(W)   subject to   Wᵀ·W = I
 * where     F = tr(Wᵀ·S_w·W) / tr(Wᵀ·S_b·W) over the scatter within and between source classes (`'fisher'`), or
 *           −tr(Wᵀ·S·W) / tr(S) over that of all rows (`'variance'`);   λ = `alignment`
 *           D = Σ_ij cᵢ·cⱼ·exp(−γ‖zᵢ − zⱼ‖²), z = x·W, c = 1/nSource and −1/nTarget: ∫(p_S − p_T)² of kernel density estimates
 * Algorithm limited-memory BFGS over V with W·R = V, from where F is least and from where F is least among subspaces of one
 *           mean; the lower end counts
 * Shapes    xs [nSource, nFeatures], xt [nTarget, nFeatures] → [n, nComponents]; a kernel matrix n × n per step
 * Assumes   some directions in which the domains look alike, and classes apart in them. There may be other minima.
 * Errors    INVALID_OPTION for more components than the rows have; NUMERICAL where all rows are equal.
 * Paper     si2010tsl
 * Example   const { problem } = await new TransferSubspaceLearning().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class TransferSubspaceLearning implements ProblemStrategy<FittedAffine> {
  static readonly id = 'feature-based/tsl';
  static readonly summary = 'TSL: a subspace with classes apart and one density for both domains.';
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
  readonly options: Required<TslOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(options?: TslOptions, dependencies: { readonly linearAlgebra?: LinearAlgebra } = {}) {
    this.options = resolveOptions('TransferSubspaceLearning', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedAffine>> {
    const method = TransferSubspaceLearning;
    const problem = prepareProblem(method, input, run);
    const linearAlgebra = this.#linearAlgebra;
    const { nComponents, objective, alignment, gamma, maxIterations, tolerance } = this.options;
    const source = trainingRows(method.name, problem, method.setting.tasks);
    const stacked = stackRows([source.x, problem.target.x]);
    const seen = featureCoordinates(linearAlgebra, stacked);
    const { rows } = seen;
    const nSource = source.y.length;
    const limit = Math.min(rows.rows - 1, rows.columns);
    const published = countClasses(source.task) - 1;
    const count = componentCount(method.name, nComponents, published, limit);
    const all = scatterMatrix(linearAlgebra, method.name, rows);
    const { within, between } = classScatter(linearAlgebra, {
      ...source,
      x: rowRange(rows, 0, nSource),
    });
    const fisher = objective === 'fisher';
    const weights = source.weights ?? new Float64Array(nSource).fill(1);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const nTarget = rows.rows - nSource;
    const signs = Float64Array.from({ length: rows.rows }, (_, i) =>
      i < nSource ? weights[i] / total : -1 / nTarget,
    );
    const share = scaled(all, 1 / trace(all));
    const shape = fisher ? { price: within, gain: between } : { price: scaled(share, -1) };
    const { directions } = classDiscrepancy(
      { rows, source },
      { marginal: 1, conditional: 0, normalized: false },
    );
    const gap = linearAlgebra.crossProduct(directions);
    const far = trace(all) / (trace(gap) || 1);
    const starts = [0, far].map((weight) => {
      const avoid = plus(fisher ? within : share, scaled(gap, weight));
      const seek = fisher ? plus(between, scaled(all, 1e-3)) : share;
      const least = 1e-6 * (trace(avoid) || 1);
      const { vectors } = linearAlgebra.eigenGeneralized(seek, addToDiagonal(avoid, least), {
        count,
      });
      return linearAlgebra.qr(vectors).q;
    });
    const width =
      gamma === 'median'
        ? medianHeuristicGamma(linearAlgebra, linearAlgebra.multiply(rows, starts[0]), {
            seed: run?.seed ?? 0,
          })
        : gamma;
    const criterion: SubspaceCriterion = { rows, signs, alignment, gamma: width, ...shape };
    const ends = [];
    for (const [k, start] of starts.entries()) {
      ends.push(descend(linearAlgebra, criterion, start, { tolerance, maxIterations }));
      await step(run, method.name, { stage: 'aligning', done: k + 1, total: starts.length });
    }
    const best = ends.reduce((a, b) => (b.value < a.value ? b : a));
    const map = { matrix: seen.expand(best.subspace) };
    const fitted = new FittedAffine(
      method,
      stacked.columns,
      { sources: problem.sources.map(() => map), target: map },
      linearAlgebra,
      {
        warnings: [],
        iterations: best.iterations,
        converged: best.converged,
        stopReason: best.stopReason,
        facts: {
          objective: best.value,
          divergence: best.divergence,
          gamma: width,
          trace: ends.map(({ value, divergence, iterations, stopReason }) => ({
            objective: value,
            divergence,
            iterations,
            stopReason,
          })),
        },
      },
    );
    const names = numberedFeatures(count, 'component');
    return { problem: await transformProblem(problem, fitted, names, run), fitted };
  }

  static restore(state: FittedState, context: RestoreContext): FittedAffine {
    return restoreAffine(TransferSubspaceLearning, state, context);
  }
}

/** Minimises over V = W·R, W orthonormal. F and D see the span of W alone, so that ∂/∂V = (I − W·Wᵀ)·(∂/∂W)·R^(−T). */
function descend(
  linearAlgebra: LinearAlgebra,
  criterion: SubspaceCriterion,
  start: DenseMatrix,
  options: { readonly tolerance: number; readonly maxIterations: number },
) {
  const { rows: r, columns: k } = start;
  const found = minimizeLbfgs(
    (x, gradient) => {
      const { q, r: upper } = linearAlgebra.qr(denseMatrix(r, k, Float64Array.from(x)));
      const at = subspaceValue(linearAlgebra, criterion, q);
      const along = linearAlgebra.multiply(
        q,
        linearAlgebra.multiply(q, at.gradient, { transposeA: true }),
      );
      const across = transposed(plus(at.gradient, scaled(along, -1)));
      const slope = linearAlgebra.solveTriangular(transposed(upper), across, { transpose: true });
      gradient.set(transposed(slope).data);
      return at.value;
    },
    start.data,
    options,
  );
  const subspace = linearAlgebra.qr(denseMatrix(r, k, found.x)).q;
  const reasons = {
    gradient: 'the gradient is within the tolerance',
    'max-iterations': `maxIterations reached with a gradient of ${found.gradientNorm.toPrecision(2)}`,
    'no-progress': `no step went further down, at a gradient of ${found.gradientNorm.toPrecision(2)}`,
  };
  const { value, iterations, converged, reason } = found;
  const { divergence } = subspaceValue(linearAlgebra, criterion, subspace);
  return { subspace, value, divergence, iterations, converged, stopReason: reasons[reason] };
}

function trace({ rows, data }: DenseMatrix): number {
  let sum = 0;
  for (let j = 0; j < rows; j++) sum += data[j * (rows + 1)];
  return sum;
}
