import type {
  Adaptation,
  DenseMatrix,
  FittedState,
  LinearAlgebra,
  Matrix,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  Setting,
  Warning,
} from '@graft-ml/core';
import {
  denseMatrix,
  LinearAlgebraToken,
  prepareProblem,
  resolveOptions,
  step,
  toDense,
  weightProblem,
} from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { FittedWeights } from './fitted-weights.js';
import { covariateShift } from './internal/covariate-shift.js';
import { minimizeDiscrepancy } from './internal/minimal-discrepancy.js';
import { settle } from './internal/settle.js';

export interface LinearDiscrepancyMinimizationOptions {
  /** Whether the predictors have an intercept, so that means are matched too: a column of ones is added. Default true; false is the paper's. */
  readonly intercept?: boolean;
  /** How far the discrepancy may be above the least possible, as a part of the norms of both second moments. In (0, ∞), default 1e-6. */
  readonly tolerance?: number;
  /** A whole number ≥ 1, default 100. */
  readonly maxIterations?: number;
}

const schema: OptionSchema<LinearDiscrepancyMinimizationOptions> = {
  intercept: {
    type: 'boolean',
    default: true,
    description: 'Whether the predictors have an intercept, so that means are matched too.',
  },
  tolerance: {
    type: 'number',
    above: 0,
    default: 1e-6,
    description:
      'How far the discrepancy may be above the least possible, as a part of the norms of both second moments.',
  },
  maxIterations: {
    type: 'integer',
    atLeast: 1,
    default: 100,
    description: 'After how many iterations to stop with a NOT_CONVERGED warning.',
  },
};

/** Weighs source rows so that no two linear predictors differ much more on the target than on the source (LDM).
 *
 * Setting   unsupervised · any number of sources, each weighed on its own · same features · needs no labels
 * Solves    min_w ‖Σ wᵢ·xsᵢ·xsᵢᵀ − Ct‖₂   over w ≥ 0, Σ w = 1;   then weights = n·w
 * where     Ct = xtᵀ·xt / nt, and ‖·‖₂ is the largest magnitude of an eigenvalue; rows end in 1 with `intercept`
 * because   the squared distance of two linear predictors u, v is (u − v)ᵀ·C·(u − v): this norm bounds by how much it differs
 * Shapes    xs [nSource, nFeatures], xt [nTarget, nFeatures] → one weight per source row; rows pass unchanged
 * Costs     about 15 iterations of nSource³ / 3 and 4·nSource²·nFeatures products; 24·nSource² bytes
 * Assumes   linear predictors, squared loss, and the same P(Y|X) in both domains
 * Errors    NUMERICAL where entries are too large to be squared
 * Paper     mansour2009.
 * Example   const { problem, fitted } = await new LinearDiscrepancyMinimization().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class LinearDiscrepancyMinimization implements ProblemStrategy<FittedWeights> {
  static readonly id = 'instance-based/linear-discrepancy-minimization';
  static readonly summary =
    'LDM: weighs source rows so that linear predictors differ as much there as on the target.';
  static readonly setting: Setting = { ...covariateShift, sparse: 'made dense' };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<LinearDiscrepancyMinimizationOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: LinearDiscrepancyMinimizationOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('LinearDiscrepancyMinimization', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedWeights>> {
    const problem = prepareProblem(LinearDiscrepancyMinimization, input, run);
    const { sources, target } = problem;
    const found: Found[] = [];
    for (const source of sources) found.push(await this.#weigh(source, target.x, run));
    const { weights, summary } = settle({
      who: 'LinearDiscrepancyMinimization',
      problem,
      raw: found.map((each) => each.weights),
      advice: 'Standardize the features, or reduce them first: fewer need fewer rows to match.',
      warnings: found.flatMap((each) => each.warnings),
      facts: Object.fromEntries(
        (['discrepancy', 'uniformDiscrepancy', 'lowerBound'] as const).map((name) => [
          name,
          found.map((each) => each[name]),
        ]),
      ),
      diagnostics: {
        iterations: Math.max(...found.map(({ iterations }) => iterations)),
        converged: found.every(({ reason }) => reason === 'optimal'),
        stopReason: found.map(({ reason }) => stopReasons[reason]).join('; '),
      },
    });
    const fitted = new FittedWeights(LinearDiscrepancyMinimization, summary);
    return { problem: weightProblem(problem, weights), fitted };
  }

  async #weigh(
    { name, x }: { readonly name: string; readonly x: Matrix },
    xt: Matrix,
    run?: RunOptions,
  ): Promise<Found> {
    const linearAlgebra = this.#linearAlgebra;
    const { intercept, tolerance, maxIterations } = this.options;
    const [source, target] = [x, xt].map((rows) => rowsOf(rows, intercept));
    // Once so that nothing overflows when squared, once more so that both moments are of norm 1 at most.
    const largest = Math.max(largestEntry(source), largestEntry(target)) || 1;
    const moments = [source, target].map((rows) => secondMoment(linearAlgebra, rows, largest));
    const norm = moments.reduce((sum, moment) => sum + spectralNorm(linearAlgebra, moment), 0) || 1;
    const solution = await minimizeDiscrepancy(
      linearAlgebra,
      divided(source, largest * Math.sqrt(norm)),
      divided(moments[1], norm),
      { tolerance, maxIterations },
      (done) => step(run, 'LinearDiscrepancyMinimization', { stage: `weighing "${name}"`, done }),
    );
    const scale = norm * largest ** 2;
    const change = divided(moments[0], norm);
    for (let p = 0; p < change.data.length; p++) change.data[p] -= moments[1].data[p] / norm;
    return {
      weights: solution.weights,
      discrepancy: scale * solution.discrepancy,
      lowerBound: scale * solution.lowerBound,
      uniformDiscrepancy: scale * spectralNorm(linearAlgebra, change),
      iterations: solution.iterations,
      reason: solution.reason,
      warnings:
        solution.reason === 'optimal'
          ? []
          : [notConverged(name, solution.discrepancy - solution.lowerBound)],
    };
  }

  static restore(state: FittedState, _context: RestoreContext): FittedWeights {
    return FittedWeights.read(LinearDiscrepancyMinimization, state);
  }
}

interface Found {
  readonly weights: Float64Array;
  readonly discrepancy: number;
  readonly uniformDiscrepancy: number;
  readonly lowerBound: number;
  readonly iterations: number;
  readonly reason: keyof typeof stopReasons;
  readonly warnings: readonly Warning[];
}

const stopReasons = {
  optimal: 'the discrepancy is the least possible, up to the tolerance',
  'max-iterations': 'the iterations were used up',
  'no-progress': 'rounding left no step that improves',
} as const;

/** Dense rows, with a 1 at the end of each if asked for. */
function rowsOf(x: Matrix, intercept: boolean): DenseMatrix {
  const dense = toDense(x);
  if (!intercept) return dense;
  const { rows, columns } = dense;
  const longer = denseMatrix(rows, columns + 1);
  for (let i = 0; i < rows; i++) {
    const from = i * columns;
    longer.data.set(dense.data.subarray(from, from + columns), i * (columns + 1));
    longer.data[(i + 1) * (columns + 1) - 1] = 1;
  }
  return longer;
}

/** (x/scale)ᵀ·(x/scale) / rows. */
function secondMoment(linearAlgebra: LinearAlgebra, x: DenseMatrix, scale: number): DenseMatrix {
  return divided(linearAlgebra.crossProduct(divided(x, scale)), x.rows);
}

function spectralNorm(linearAlgebra: LinearAlgebra, symmetric: DenseMatrix): number {
  const { values } = linearAlgebra.eigenSymmetric(symmetric);
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function divided({ rows, columns, data }: DenseMatrix, by: number): DenseMatrix {
  return denseMatrix(
    rows,
    columns,
    data.map((value) => value / by),
  );
}

function largestEntry({ data }: DenseMatrix): number {
  let most = 0;
  for (let p = 0; p < data.length; p++) most = Math.max(most, Math.abs(data[p]));
  return most;
}

function notConverged(name: string, gap: number): Warning {
  return {
    code: 'NOT_CONVERGED',
    message: `the weights of "${name}" may not be the best: their discrepancy is above the least possible by up to ${gap.toExponential(1)} of the norms of both second moments. Raise "maxIterations" or "tolerance".`,
  };
}
