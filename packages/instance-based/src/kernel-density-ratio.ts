import type {
  Adaptation,
  DenseMatrix,
  FittedState,
  LinearAlgebra,
  MatrixInput,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  StateArray,
} from '@graft-ml/core';
import {
  checkRows,
  LinearAlgebraToken,
  prepareProblem,
  resolveOptions,
  StateReader,
  step,
  toDense,
  TransferError,
  weightProblem,
} from '@graft-ml/core';
import { columnVariances, referenceLinearAlgebra } from '@graft-ml/numerics';
import { FittedWeights, readSummary, type WeightSummary } from './fitted-weights.js';
import { covariateShift } from './internal/covariate-shift.js';
import { supportWarning } from './internal/domain-warnings.js';
import { kernelMeans } from './internal/kernel-means.js';
import { settle } from './internal/settle.js';

export interface KernelDensityRatioOptions {
  /** γ = 1/(2·h²) of the Gaussian bumps, h their standard deviation, in (0, ∞); `'scott'` (default) takes h = s·nTarget^(−1/(nFeatures + 4)), s² the mean variance of the target's features. */
  readonly gamma?: number | 'scott';
}

const schema: OptionSchema<KernelDensityRatioOptions> = {
  gamma: {
    type: 'number',
    above: 0,
    words: ['scott'],
    default: 'scott',
    description: 'γ = 1/(2·h²) of the Gaussian bumps, h their standard deviation.',
    effect: 'Larger values follow finer detail and noise.',
  },
};

/** Weighs source rows by the ratio of two kernel density estimates.
 *
 * Setting   unsupervised · any number of sources, each weighed on its own · same features · needs no labels
 * Weights   w(x) = mean_t exp(−γ‖x − xt‖²) / mean_s exp(−γ‖x − xs‖²), scaled to mean 1
 * Shapes    xs [nSource, nFeatures], xt [nTarget, nFeatures] → one weight per source row; rows pass unchanged
 * Assumes   few features, all in like units: densities in many dimensions need more rows than there are
 * Errors    NUMERICAL where γ is to be found and the target's features are constant, or no source row is near the target
 * Paper     sugiyama2005; bandwidth of scott1992.
 * Example   const { problem, fitted } = await new KernelDensityRatio().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class KernelDensityRatio implements ProblemStrategy<FittedKernelDensityRatio> {
  static readonly id = 'instance-based/kernel-density-ratio';
  static readonly summary =
    'Kernel density ratio: weighs source rows by two kernel density estimates.';
  static readonly setting = { ...covariateShift, sparse: 'made dense' } as const;
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<KernelDensityRatioOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: KernelDensityRatioOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('KernelDensityRatio', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedKernelDensityRatio>> {
    const who = 'KernelDensityRatio';
    const problem = prepareProblem(KernelDensityRatio, input, run);
    const { sources } = problem;
    const target = toDense(problem.target.x);
    const gamma =
      this.options.gamma === 'scott' ? scott(who, target) : (this.options.gamma as number);
    const kernel = { type: 'rbf', gamma } as const;
    const samples = sources.map(({ x }) => toDense(x));
    const raw: Float64Array[] = [];
    const warnings = [];
    for (const [k, xs] of samples.entries()) {
      const above = kernelMeans(this.#linearAlgebra, kernel, xs, target);
      const below = kernelMeans(this.#linearAlgebra, kernel, xs, xs);
      raw.push(above.rowMeans.map((value, i) => value / below.rowMeans[i]));
      warnings.push(...supportWarning(sources[k].name, above.columnMaxima));
      await step(run, who, { stage: 'estimating densities', done: k + 1, total: samples.length });
    }
    const { weights, scales, summary } = settle({
      who,
      problem,
      raw,
      advice: 'Lower "gamma".',
      warnings,
      facts: { gamma },
    });
    const parts = { gamma, scales, samples, target };
    return {
      problem: weightProblem(problem, weights),
      fitted: new FittedKernelDensityRatio(summary, parts, this.#linearAlgebra),
    };
  }

  static restore(state: FittedState, context: RestoreContext): FittedKernelDensityRatio {
    const reader = new StateReader(state, KernelDensityRatio.id, 1);
    const summary = readSummary(reader);
    const { nFeatures, effectiveSampleSizes } = summary;
    const parts: DensityParts = {
      gamma: reader.number('gamma'),
      scales: Array.from(reader.array('scales', effectiveSampleSizes.length)),
      samples: effectiveSampleSizes.map((_, k) => reader.matrix(`source ${k}`, -1, nFeatures)),
      target: reader.matrix('target', -1, nFeatures),
    };
    return new FittedKernelDensityRatio(summary, parts, context.linearAlgebra);
  }
}

interface DensityParts {
  readonly gamma: number;
  /** What each source's ratio is multiplied with. */
  readonly scales: readonly number[];
  readonly samples: readonly DenseMatrix[];
  readonly target: DenseMatrix;
}

/** The samples themselves, and the weights their densities give to rows not seen. */
export class FittedKernelDensityRatio extends FittedWeights {
  readonly #parts: DensityParts;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(summary: WeightSummary, parts: DensityParts, linearAlgebra: LinearAlgebra) {
    super(KernelDensityRatio, summary);
    this.#parts = parts;
    this.#linearAlgebra = linearAlgebra;
  }

  /** Weights of new rows of source number `source`, on the scale of its training rows; 0 where no row of either domain is near. */
  async weigh(x: MatrixInput, source = 0): Promise<Float64Array> {
    const { gamma, scales, samples, target } = this.#parts;
    const rows = toDense(checkRows(this.who, x, this.nFeatures));
    const kernel = { type: 'rbf', gamma } as const;
    const above = kernelMeans(this.#linearAlgebra, kernel, rows, target).rowMeans;
    const below = kernelMeans(this.#linearAlgebra, kernel, rows, samples[source]).rowMeans;
    return above.map((value, i) => (value === 0 ? 0 : (scales[source] * value) / below[i]));
  }

  protected override extraValues(): { readonly gamma: number } {
    return { gamma: this.#parts.gamma };
  }

  protected override extraArrays(): Readonly<Record<string, StateArray>> {
    const { scales, samples, target } = this.#parts;
    const pack = ({ rows, columns, data }: DenseMatrix) => ({ shape: [rows, columns], data });
    return {
      scales: { shape: [scales.length], data: Float64Array.from(scales) },
      target: pack(target),
      ...Object.fromEntries(samples.map((xs, k) => [`source ${k}`, pack(xs)])),
    };
  }
}

function scott(who: string, x: DenseMatrix): number {
  const variances = x.rows > 1 ? columnVariances(x) : new Float64Array(1);
  const variance = variances.reduce((sum, value) => sum + value, 0) / variances.length;
  const gamma = x.rows ** (2 / (x.columns + 4)) / (2 * variance);
  if (variance > 0 && Number.isFinite(gamma) && gamma > 0) return gamma;
  throw new TransferError({
    code: 'NUMERICAL',
    who,
    message:
      'cannot find a width: the target’s features do not vary within the range of float64. Give "gamma" yourself.',
    details: { operation: 'bandwidth', variance },
  });
}
