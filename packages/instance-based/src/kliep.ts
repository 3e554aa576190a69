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
  Warning,
} from '@graft-ml/core';
import {
  denseMatrix,
  LinearAlgebraToken,
  prepareProblem,
  resolveOptions,
  selectRows,
  StateReader,
  step,
  weightProblem,
} from '@graft-ml/core';
import { contentFolds, splitsOf } from '@graft-ml/learners';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { supportWarning } from './internal/domain-warnings.js';
import { FittedKernelRatio, readExpansions } from './fitted-kernel-ratio.js';
import { readSummary } from './fitted-weights.js';
import { covariateShift } from './internal/covariate-shift.js';
import {
  chooseCentres,
  expansionAt,
  type KernelExpansion,
  widthsToTry,
} from './internal/kernel-expansion.js';
import { maximizeLikelihood } from './internal/mixture-likelihood.js';
import { settle } from './internal/settle.js';

export interface KliepOptions {
  /** γ of the kernel exp(−γ‖x − c‖²), in (0, ∞); `'cv'` (default) tries eight around `'median'` by held-out likelihood. Larger values follow finer detail. */
  readonly gamma?: number | 'cv' | 'median';
  /** How many target rows are centres, chosen by content. A whole number ≥ 1, default 100. */
  readonly nCentres?: number;
  /** Parts of the target for the held-out likelihood, a whole number ≥ 2, default 5. */
  readonly nFolds?: number;
  /** Largest KKT residual at which to stop. In (0, ∞), default 1e-7. */
  readonly tolerance?: number;
  /** A whole number ≥ 1, default 500. */
  readonly maxIterations?: number;
}

const schema: OptionSchema<KliepOptions> = {
  gamma: {
    type: 'number',
    above: 0,
    words: ['cv', 'median'],
    default: 'cv',
    description: 'γ of the kernel exp(−γ‖x − c‖²), or how to find it.',
    effect: 'Larger values follow finer detail.',
  },
  nCentres: {
    type: 'integer',
    atLeast: 1,
    default: 100,
    description: 'How many target rows are centres of kernels.',
  },
  nFolds: {
    type: 'integer',
    atLeast: 2,
    default: 5,
    description: 'Parts of the target for the held-out likelihood.',
  },
  tolerance: {
    type: 'number',
    above: 0,
    default: 1e-7,
    description: 'Largest KKT residual at which to stop.',
  },
  maxIterations: {
    type: 'integer',
    atLeast: 1,
    default: 500,
    description: 'After how many iterations to stop with a NOT_CONVERGED warning.',
  },
};

/** Weighs source rows so that the reweighted source makes the target rows likeliest (KLIEP).
 *
 * Setting   unsupervised · any number of sources, each weighed on its own · same features · needs no labels
 * Solves    max_α mean_t log r(x)   over α ≥ 0 with mean_s r(x) = 1        r(x) = Σ_c αc·exp(−γ‖x − c‖²)
 * by        a projected Newton method on the concave likelihood, to its maximum
 * finds     γ by the mean log r(x) of held-out target rows
 * Shapes    xs [nSource, nFeatures], xt [nTarget, nFeatures] → one weight per source row; rows pass unchanged
 * Assumes   P(Y|X) is the same in both domains, and the source has rows wherever the target has
 * Errors    INVALID_DATA where all rows are equal and γ is to be found; NUMERICAL where no source row is near a centre
 * Paper     sugiyama2008; their b centres are `nCentres`.
 * Example   const { problem, fitted } = await new Kliep().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class Kliep implements ProblemStrategy<FittedKernelRatio> {
  static readonly id = 'instance-based/kliep';
  static readonly summary = 'KLIEP: weights under which the source makes the target likeliest.';
  static readonly setting = covariateShift;
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<KliepOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: KliepOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('Kliep', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedKernelRatio>> {
    const problem = prepareProblem(Kliep, input, run);
    const { sources, target } = problem;
    const fits: Fit[] = [];
    for (const { x, name } of sources) {
      const gamma = await this.#width(x, target.x, name, run);
      fits.push(this.#maximize(x, target.x, gamma, run));
    }
    const raw = fits.map(({ expansion }, k) =>
      expansionAt(this.#linearAlgebra, expansion, sources[k].x),
    );
    const converged = fits.every((fit) => fit.converged);
    const { weights, scales, summary } = settle({
      who: 'Kliep',
      problem,
      raw,
      advice: 'Lower "gamma", or use a ratio that is bounded (Rulsif).',
      warnings: [
        ...fits.flatMap(({ reach }, k) =>
          supportWarning(sources[k].name, reach, 'target rows taken as centres'),
        ),
        ...(converged ? [] : [notConverged()]),
      ],
      facts: {
        gamma: fits.map(({ expansion }) => expansion.gamma),
        objective: fits.map(({ objective }) => objective),
        kktResidual: fits.map(({ residual }) => residual),
      },
      diagnostics: {
        iterations: Math.max(...fits.map(({ iterations }) => iterations)),
        converged,
        stopReason: converged
          ? `the KKT residual is at most ${this.options.tolerance}`
          : 'the iterations were used up, or no step went uphill',
      },
    });
    const expansions = fits.map(({ expansion }, k) => ({
      ...expansion,
      coefficients: expansion.coefficients.map((value) => value * scales[k]),
    }));
    return {
      problem: weightProblem(problem, weights),
      fitted: new FittedKernelRatio(Kliep, summary, expansions, this.#linearAlgebra),
    };
  }

  /** The width under which held-out target rows are likeliest. */
  async #width(xs: Matrix, xt: Matrix, name: string, run?: RunOptions): Promise<number> {
    const gamma = this.options.gamma as number | 'cv' | 'median';
    const widths = widthsToTry(this.#linearAlgebra, gamma, xs, xt);
    if (widths.length === 1 || xt.rows < 2) return widths[widths.length >> 1];
    const folds = contentFolds(xt, Math.min(this.options.nFolds, xt.rows), run?.seed);
    const splits = splitsOf(folds);
    let best = { score: -Infinity, width: widths[widths.length >> 1] };
    for (const [done, width] of widths.entries()) {
      let score = 0;
      for (const { train, test } of splits) {
        const { expansion } = this.#maximize(xs, selectRows(xt, train), width, run);
        const ratios = expansionAt(this.#linearAlgebra, expansion, selectRows(xt, test));
        for (const ratio of ratios) score += Math.log(Math.max(ratio, Number.MIN_VALUE)) / xt.rows;
      }
      if (score > best.score) best = { score, width };
      const stage = `finding the width for "${name}"`;
      await step(run, 'Kliep', { stage, done: done + 1, total: widths.length });
    }
    return best.width;
  }

  #maximize(xs: Matrix, xt: Matrix, gamma: number, run?: RunOptions): Fit {
    const linearAlgebra = this.#linearAlgebra;
    const { nCentres, tolerance, maxIterations } = this.options;
    const centres = chooseCentres(xt, nCentres, run?.seed);
    const rbf = { type: 'rbf', gamma } as const;
    const means = linearAlgebra.kernelMatrix(rbf, xs, centres);
    const share = new Float64Array(centres.rows);
    const reach = new Float64Array(centres.rows);
    for (let p = 0; p < means.data.length; p++) {
      const c = p % centres.rows;
      share[c] += means.data[p] / xs.rows;
      reach[c] = Math.max(reach[c], means.data[p]);
    }
    // α = θ/share turns the constraint into Σθ = 1: mixture shares of densities, one per centre.
    const density = linearAlgebra.kernelMatrix(rbf, xt, centres);
    for (let p = 0; p < density.data.length; p++) {
      const mean = share[p % centres.rows];
      // A centre that no source row is near cannot carry any weight.
      density.data[p] = mean > 1e-200 ? density.data[p] / mean : 0;
    }
    const found = maximizeLikelihood(linearAlgebra, reached(density), tolerance, maxIterations);
    const coefficients = found.shares.map((theta, c) => (share[c] > 1e-200 ? theta / share[c] : 0));
    return { ...found, reach, expansion: { centres, coefficients, gamma } };
  }

  static restore(state: FittedState, context: RestoreContext): FittedKernelRatio {
    const reader = new StateReader(state, Kliep.id, 1);
    const summary = readSummary(reader);
    const expansions = readExpansions(reader, summary);
    return new FittedKernelRatio(Kliep, summary, expansions, context.linearAlgebra);
  }
}

interface Fit {
  readonly expansion: KernelExpansion;
  /** For each centre, the largest kernel value to a source row. */
  readonly reach: Float64Array;
  /** mean_t log r. */
  readonly objective: number;
  readonly residual: number;
  readonly iterations: number;
  readonly converged: boolean;
}

/** The rows that some centre reaches; no coefficients could make the others likely, so they have no say. */
function reached(density: DenseMatrix): DenseMatrix {
  const { rows, columns, data } = density;
  const kept: number[] = [];
  for (let i = 0; i < rows; i++) {
    if (data.subarray(i * columns, (i + 1) * columns).some((value) => value > 0)) kept.push(i);
  }
  if (kept.length === rows) return density;
  const left = denseMatrix(kept.length, columns);
  kept.forEach((i, k) => left.data.set(data.subarray(i * columns, (i + 1) * columns), k * columns));
  return left;
}

function notConverged(): Warning {
  return {
    code: 'NOT_CONVERGED',
    message: 'the likelihood is not at its maximum. Raise "maxIterations" or "gamma".',
  };
}
