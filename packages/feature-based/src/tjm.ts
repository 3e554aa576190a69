import type {
  Adaptation,
  DenseMatrix,
  FittedState,
  JsonObject,
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
  transformProblem,
} from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { classDiscrepancy, unlabelledSource } from './internal/class-discrepancy.js';
import { componentCount, scatterAxes, scatterMatrix } from './internal/components.js';
import { FittedEmbedding, restoreEmbedding } from './internal/fitted-embedding.js';
import { kernelFactor } from './internal/kernel-factor.js';
import { type KernelOptions, kernelSchema } from './internal/kernel-options.js';
import { plus, scaled } from './internal/matrix-sums.js';
import { leadingColumns, scaleColumns } from './internal/representation.js';

export interface TjmOptions extends KernelOptions {
  /** Number of components kept. `'auto'` (default): the published 20, or as many as the rows have. More keep more of the data and align less. */
  readonly nComponents?: number | 'auto';
  /** λ, the price of large coefficients beside that of different means. In (0, ∞), default 1. Larger values align less. */
  readonly regularization?: number;
  /** Number of eigenproblems solved at most, default 10. */
  readonly maxIterations?: number;
  /** It stops once the objective falls by less than this share. In (0, ∞), default 0.001. */
  readonly tolerance?: number;
  /** `'linear'` (default): through inner products. `'rbf'`: through exp(−γ‖x − y‖²). */
  readonly kernel?: 'linear' | 'rbf';
}

const schema: OptionSchema<TjmOptions> = {
  nComponents: {
    type: 'integer',
    atLeast: 1,
    words: ['auto'],
    default: 'auto',
    description: 'Number of components kept; "auto" is 20, or as many as the rows have.',
    effect: 'More keep more of the data and align less.',
  },
  regularization: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'λ, the price of large coefficients beside that of different means.',
    effect: 'Larger values align less.',
  },
  maxIterations: {
    type: 'integer',
    atLeast: 1,
    default: 10,
    description: 'Number of eigenproblems solved at most.',
  },
  tolerance: {
    type: 'number',
    above: 0,
    default: 0.001,
    description: 'It stops once the objective falls by less than this share.',
    effect: 'Smaller values give more digits and take more iterations.',
  },
  kernel: {
    type: 'choice',
    values: ['linear', 'rbf'],
    default: 'linear',
    description: 'Whether rows are seen through inner products or Gaussians.',
  },
  ...kernelSchema,
};

/** Brings the domain means together and leaves out source rows that do not fit the target (transfer joint matching, TJM).
 *
 * Setting   unsupervised · sources are stacked into one · same features · needs no labels
 * Solves    min_A tr(Aᵀ·K·M·K·A) + λ·(Σ_source ‖aᵢ‖ + Σ_target ‖aᵢ‖²)   subject to   Aᵀ·K·H·K·A = I
 * where     K the kernel of all rows, aᵢ the row of A for row i, H centres, M = e·eᵀ / ‖e·eᵀ‖, e = 1/nSource on the source,
 *           −1/nTarget on the target;   λ = `regularization`
 * Algorithm reweighted squares: Dᵢᵢ = 1/(2‖aᵢ‖) on the source, 1 on the target, K·H·K·A = (K·M·K + λD)·A·w for the largest w;
 *           with K = G·Gᵀ and B = λD + u·uᵀ, u = G·Gᵀ·e/‖e‖, in rank(G) coordinates: only D⁻¹ is needed, and aᵢ = 0 is no exception
 * Shapes    xs [nSource, nFeatures], xt [nTarget, nFeatures] → K·A [n, nComponents]; no n × n matrix for the linear kernel
 * Assumes   rows of about unit length; some source rows irrelevant to the target.
 * Errors    INVALID_OPTION for more components than the rows have; NUMERICAL where all rows are equal.
 * Paper     long2014tjm
 * Example   const { problem } = await new TransferJointMatching().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class TransferJointMatching implements ProblemStrategy<FittedEmbedding> {
  static readonly id = 'feature-based/tjm';
  static readonly summary = 'TJM: components that align means and leave out source rows.';
  static readonly setting: Setting = {
    role: 'feature',
    features: 'same',
    sources: 'many',
    sourceLabels: 'unused',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification', 'regression'],
    corrects: 'marginal',
    sparse: 'made dense',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<TjmOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(options?: TjmOptions, dependencies: { readonly linearAlgebra?: LinearAlgebra } = {}) {
    this.options = resolveOptions('TransferJointMatching', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedEmbedding>> {
    const method = TransferJointMatching;
    const problem = prepareProblem(method, input, run);
    const linearAlgebra = this.#linearAlgebra;
    const { nComponents, regularization, maxIterations, tolerance, ...options } = this.options;
    const source = unlabelledSource(problem);
    const nSource = source.y.length;
    const stacked = stackRows([...problem.sources.map(({ x }) => x), problem.target.x]);
    const factor = kernelFactor(linearAlgebra, stacked, { ...options, seed: run?.seed ?? 0 });
    const { rows } = factor;
    const spread = spreadRows(linearAlgebra, rows, scatterMatrix(linearAlgebra, method.name, rows));
    const count = componentCount(method.name, nComponents, 20, spread.columns);
    const { directions } = classDiscrepancy(
      { rows, source },
      { marginal: 1, conditional: 0, normalized: true },
    );
    const gap = linearAlgebra.multiply(rows, directions, { transposeB: true });
    const trace: JsonObject[] = [];
    let inverse = new Float64Array(rows.rows).fill(1);
    for (let iteration = 1; ; iteration++) {
      const found = topPairs(linearAlgebra, spread, gap, inverse, regularization, count);
      const lengths = rowLengths(found.coefficients);
      const objective = objectiveOf(
        linearAlgebra,
        found.coefficients,
        lengths,
        gap,
        regularization,
        nSource,
      );
      const before = trace.at(-1)?.['objective'];
      const fall = typeof before === 'number' ? (before - objective) / before : Infinity;
      trace.push({ iteration, objective });
      await step(run, method.name, { stage: 'aligning', done: iteration, total: maxIterations });
      if (fall >= tolerance && iteration < maxIterations) {
        inverse = lengths.map((length, i) => (i < nSource ? 2 * length : 1));
        continue;
      }
      const converged = fall < tolerance;
      const embedding = {
        nFeatures: stacked.columns,
        components: factor.expand(
          linearAlgebra.multiply(rows, found.coefficients, { transposeA: true }),
        ),
        values: found.values,
        unitLength: false,
        landmarks: factor.landmarks,
        gamma: factor.gamma,
      };
      const most = lengths.subarray(0, nSource).reduce((a, b) => Math.max(a, b), 0);
      const fitted = new FittedEmbedding(method, embedding, linearAlgebra, {
        warnings: [],
        iterations: iteration,
        converged,
        stopReason: converged
          ? 'the objective fell by less than the tolerance'
          : `maxIterations reached with the objective still falling by ${fall.toPrecision(2)}`,
        facts: {
          trace,
          // A row is left out when its coefficients are small beside the largest.
          sourceRowsLeftOut: lengths.subarray(0, nSource).filter((a) => a < 1e-3 * most).length,
        },
      });
      const names = numberedFeatures(found.values.length, 'component');
      return { problem: await transformProblem(problem, fitted, names, run), fitted };
    }
  }

  static restore(state: FittedState, context: RestoreContext): FittedEmbedding {
    return restoreEmbedding(TransferJointMatching, state, context);
  }
}

/** N [n, rank] with N·Nᵀ = K·H·K, from S = GᵀHG = V·s·Vᵀ: N = G·V·s^½. */
function spreadRows(
  linearAlgebra: LinearAlgebra,
  rows: DenseMatrix,
  scatter: DenseMatrix,
): DenseMatrix {
  const { values, vectors } = scatterAxes(linearAlgebra, scatter);
  return linearAlgebra.multiply(rows, scaleColumns(vectors, values.map(Math.sqrt)));
}

/** N·Nᵀ·a = w·B·a with B = λD + u·uᵀ, scaled to aᵀ·N·Nᵀ·a = 1: (Nᵀ·B⁻¹·N)·v = w·v and a = B⁻¹·N·v / w, with
 * B⁻¹ = D⁻¹/λ − q·qᵀ/(1 + uᵀq), q = D⁻¹·u/λ.
 */
function topPairs(
  linearAlgebra: LinearAlgebra,
  spread: DenseMatrix,
  gap: DenseMatrix,
  inverse: Float64Array,
  regularization: number,
  count: number,
): { readonly coefficients: DenseMatrix; readonly values: Float64Array } {
  const weigh = (a: DenseMatrix, power: number) =>
    denseMatrix(
      a.rows,
      a.columns,
      a.data.map(
        (value, p) => value * (inverse[Math.floor(p / a.columns)] / regularization) ** power,
      ),
    );
  const q = weigh(gap, 1);
  const steep = 1 + gap.data.reduce((sum, value, i) => sum + value * q.data[i], 0);
  const across = linearAlgebra.multiply(q, spread, { transposeA: true });
  const inner = plus(
    linearAlgebra.crossProduct(weigh(spread, 1 / 2)),
    scaled(linearAlgebra.crossProduct(across), -1 / steep),
  );
  const { values, vectors } = linearAlgebra.eigenSymmetric(inner, { count });
  let kept = 1;
  while (kept < values.length && values[kept] > values[0] * inner.rows * Number.EPSILON) kept++;
  const chosen = values.slice(0, kept);
  const v = scaleColumns(
    leadingColumns(vectors, kept),
    chosen.map((value) => 1 / value),
  );
  const reduced = linearAlgebra.multiply(q, linearAlgebra.multiply(across, v));
  const coefficients = plus(
    weigh(linearAlgebra.multiply(spread, v), 1),
    scaled(reduced, -1 / steep),
  );
  return { coefficients, values: chosen };
}

function rowLengths({ rows, columns, data }: DenseMatrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) =>
    Math.hypot(...data.subarray(i * columns, (i + 1) * columns)),
  );
}

function objectiveOf(
  linearAlgebra: LinearAlgebra,
  coefficients: DenseMatrix,
  lengths: Float64Array,
  gap: DenseMatrix,
  regularization: number,
  nSource: number,
): number {
  const moved = linearAlgebra.multiply(gap, coefficients, { transposeA: true });
  let objective = moved.data.reduce((sum, value) => sum + value * value, 0);
  lengths.forEach((length, i) => {
    objective += regularization * (i < nSource ? length : length * length);
  });
  return objective;
}
