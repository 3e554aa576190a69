import type {
  Adaptation,
  FittedState,
  Kernel,
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
  LinearAlgebraToken,
  prepareProblem,
  resolveOptions,
  step,
  weightProblem,
} from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { covariateShift } from './internal/covariate-shift.js';
import { FittedWeights } from './fitted-weights.js';
import { supportWarning } from './internal/domain-warnings.js';
import { kernelMeans } from './internal/kernel-means.js';
import { kernelWidth } from './internal/kernel-width.js';
import { solveMatching } from './internal/matching-program.js';
import { PackedKernel } from './internal/packed-kernel.js';
import { settle } from './internal/settle.js';

export interface KernelMeanMatchingOptions {
  /** γ of the kernel exp(−γ‖x − y‖²), in (0, ∞); `'median'` (default) takes 1/(2·m²), m the median distance of rows. Larger values match finer detail and fewer rows. */
  readonly gamma?: number | 'median';
  /** B, the largest weight before scaling. In (1, ∞), default 1000. */
  readonly maxWeight?: number;
  /** ε: Σ weights may differ from their number by this share. In (0, 1]; `'auto'` (default) is (√n − 1)/√n. */
  readonly sumTolerance?: number | 'auto';
  /** Largest KKT residual at which to stop. In (0, ∞), default 1e-6. */
  readonly tolerance?: number;
  /** A whole number ≥ 1, default 2000; some thousand rows take 20 to 1000. */
  readonly maxIterations?: number;
}

const schema: OptionSchema<KernelMeanMatchingOptions> = {
  gamma: {
    type: 'number',
    above: 0,
    words: ['median'],
    default: 'median',
    description: 'γ of the kernel exp(−γ‖x − y‖²), or the median heuristic.',
    effect: 'Larger values match finer detail.',
  },
  maxWeight: {
    type: 'number',
    above: 1,
    default: 1000,
    description: 'B, the largest weight before scaling to mean 1.',
    effect: 'Smaller values share the weight among more rows.',
  },
  sumTolerance: {
    type: 'number',
    above: 0,
    atMost: 1,
    words: ['auto'],
    default: 'auto',
    description: 'ε: by what share the sum of weights may differ from their number.',
  },
  tolerance: {
    type: 'number',
    above: 0,
    default: 1e-6,
    description: 'Largest KKT residual at which to stop.',
  },
  maxIterations: {
    type: 'integer',
    atLeast: 1,
    default: 2000,
    description: 'After how many iterations to stop with a NOT_CONVERGED warning.',
  },
};

/** Weighs source rows so that their mean in a kernel's feature space meets the target's (kernel mean matching).
 *
 * Setting   unsupervised · any number of sources, each weighed on its own · same features · needs no labels
 * Solves    min_b ½·bᵀ·K·b − κᵀ·b   over 0 ≤ bᵢ ≤ B, |Σb − ns| ≤ ns·ε;   then weights = b / mean(b)
 * where     K = k(xs, xs), κᵢ = ns · mean_t k(xsᵢ, xt);  B = `maxWeight`, ε = `sumTolerance`
 * Shapes    xs [nSource, nFeatures], xt [nTarget, nFeatures] → one weight per source row; rows pass unchanged
 * Memory    4·nSource² bytes for the kernel, and 24 bytes for the square of the number of positive weights; all rows in one programme
 * Assumes   P(Y|X) is the same in both domains, and the source has rows wherever the target has
 * Errors    INVALID_DATA where all rows are equal and γ is to be found; NUMERICAL where no source row resembles the target
 * Paper     huang2007; gretton2009.
 * Example   const { problem, fitted } = await new KernelMeanMatching().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class KernelMeanMatching implements ProblemStrategy<FittedWeights> {
  static readonly id = 'instance-based/kernel-mean-matching';
  static readonly summary = 'KMM: weighs source rows so that their kernel mean meets the target’s.';
  static readonly setting = covariateShift;
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<KernelMeanMatchingOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: KernelMeanMatchingOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('KernelMeanMatching', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedWeights>> {
    const problem = prepareProblem(KernelMeanMatching, input, run);
    const { sources, target } = problem;
    const matches: Match[] = [];
    for (const source of sources) matches.push(await this.#match(source, target.x, run));
    const { weights, summary } = settle({
      who: 'KernelMeanMatching',
      problem,
      raw: matches.map(({ b }) => b),
      advice: 'Lower "gamma" or "maxWeight".',
      warnings: matches.flatMap(({ warnings }) => warnings),
      facts: Object.fromEntries(
        (['gamma', 'objective', 'kktResidual', 'mmd2Before', 'mmd2After'] as const).map((name) => [
          name,
          matches.map((match) => match[name]),
        ]),
      ),
      diagnostics: {
        iterations: Math.max(...matches.map(({ iterations }) => iterations)),
        converged: matches.every(({ converged }) => converged),
        stopReason: matches.every(({ converged }) => converged)
          ? `the KKT residual is at most ${this.options.tolerance}`
          : 'the iterations were used up',
      },
    });
    return {
      problem: weightProblem(problem, weights),
      fitted: new FittedWeights(KernelMeanMatching, summary),
    };
  }

  async #match(
    { name, x }: { readonly name: string; readonly x: Matrix },
    xt: Matrix,
    run?: RunOptions,
  ): Promise<Match> {
    const linearAlgebra = this.#linearAlgebra;
    const { maxWeight, sumTolerance, tolerance, maxIterations } = this.options;
    const who = 'KernelMeanMatching';
    const n = x.rows;
    const gamma = kernelWidth(linearAlgebra, this.options.gamma as number | 'median', x, xt);
    const rbf: Kernel = { type: 'rbf', gamma };
    const { rowMeans, columnMaxima } = kernelMeans(linearAlgebra, rbf, x, xt);
    const kernel = new PackedKernel(linearAlgebra, rbf, x, who);
    const linear = rowMeans.map((mean) => n * mean);
    const share = sumTolerance === 'auto' ? 1 - 1 / Math.sqrt(n) : (sumTolerance as number);
    const solution = await solveMatching(
      // A single row leaves the band no room; any weight of it becomes 1 in the end.
      { kernel, linear, upper: maxWeight, slack: n * Math.max(share, 1e-9) },
      linearAlgebra,
      { tolerance, maxIterations },
      (done) => step(run, who, { stage: `matching "${name}"`, done }),
    );
    const targetMean = mean(kernelMeans(linearAlgebra, rbf, xt, xt).rowMeans);
    const ones = new Float64Array(n).fill(1);
    const product = new Float64Array(n);
    kernel.multiply(ones, product);
    return {
      ...solution,
      gamma,
      // ‖mean b·φ(xs) − mean φ(xt)‖² = 2·objective/n² + mean k(xt, xt)
      mmd2Before: mean(product) / n - 2 * mean(rowMeans) + targetMean,
      mmd2After: (2 * solution.objective) / (n * n) + targetMean,
      warnings: [
        ...supportWarning(name, columnMaxima),
        ...(solution.converged ? [] : [notConverged(name, solution.kktResidual)]),
      ],
    };
  }

  static restore(state: FittedState, _context: RestoreContext): FittedWeights {
    return FittedWeights.read(KernelMeanMatching, state);
  }
}

interface Match {
  readonly b: Float64Array;
  readonly gamma: number;
  readonly objective: number;
  readonly kktResidual: number;
  readonly mmd2Before: number;
  readonly mmd2After: number;
  readonly iterations: number;
  readonly converged: boolean;
  readonly warnings: readonly Warning[];
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

function notConverged(name: string, residual: number): Warning {
  return {
    code: 'NOT_CONVERGED',
    message: `the weights of "${name}" are not exact: KKT residual ${residual.toExponential(1)}. Raise "maxIterations" or "gamma".`,
  };
}
