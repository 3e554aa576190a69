import type {
  Adaptation,
  FittedState,
  Kernel,
  LabelledSource,
  LinearAlgebra,
  Matrix,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
} from '@graft-ml/core';
import {
  denseMatrix,
  labelledSources,
  LinearAlgebraToken,
  prepareProblem,
  resolveOptions,
  step,
} from '@graft-ml/core';
import { minimizeProximal, referenceLinearAlgebra, simplexProximal } from '@graft-ml/numerics';
import { FittedPriorShift } from './fitted-prior-shift.js';
import { kernelMeans } from './internal/kernel-means.js';
import { kernelWidth } from './internal/kernel-width.js';
import {
  adaptClasses,
  classCount,
  classShares,
  type ClassShift,
  priorShift,
} from './internal/label-shift.js';
import { rowRange } from './internal/packed-kernel.js';

export interface MmdTargetShiftOptions {
  /** γ of the RBF kernel exp(−γ‖x − y‖²): above 0, or `'median'` (default) for 1/(2·m²), m the median distance. */
  readonly gamma?: number | 'median';
}

const schema: OptionSchema<MmdTargetShiftOptions> = {
  gamma: {
    type: 'number',
    above: 0,
    words: ['median'],
    default: 'median',
    description: 'γ of the RBF kernel; "median" takes 1/(2·m²), m the median distance of rows.',
    effect: 'Larger values compare domains in finer detail.',
  },
};

/** Weighs source rows by how much more frequent their class is in the target, by matching kernel means (MMDTarS).
 *
 * Setting   unsupervised · any number of sources, each weighed on its own · same features · classification
 * Solves    min_q ‖Σ_c q(c)·m_c − m_T‖²,  q ≥ 0, Σ q = 1;   m_c, m_T the kernel means of source class c and of the target
 * Weights   w = q(y)/p_S(y), scaled to mean 1
 * Shapes    xs [nSource, nFeatures], ys, xt [nTarget, nFeatures] → one weight per source row; rows pass unchanged
 * Assumes   P(X|Y) is the same in both domains. No classifier is asked, so nothing needs calibration; features should be on one scale.
 * Cost      kernel values of all pairs, a few rows at a time; the programme itself has as many unknowns as classes
 * Paper     zhang2013 (target shift), with class weights in place of a regression of them.
 * Example   const { problem, fitted } = await new MmdTargetShift().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class MmdTargetShift implements ProblemStrategy<FittedPriorShift> {
  static readonly id = 'instance-based/mmd-target-shift';
  static readonly summary =
    "MMDTarS: weighs classes so that their kernel means mix to the target's.";
  static readonly setting = priorShift;
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<MmdTargetShiftOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: MmdTargetShiftOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('MmdTargetShift', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedPriorShift>> {
    const who = 'MmdTargetShift';
    const problem = prepareProblem(MmdTargetShift, input, run);
    const shifts: ClassShift[] = [];
    for (const source of labelledSources(problem, who)) {
      const sourcePrior = classShares(source, classCount(problem));
      shifts.push(this.#match(source, problem.target.x, sourcePrior));
      const [done, total] = [shifts.length, problem.sources.length];
      await step(run, who, { stage: 'matching kernel means', done, total });
    }
    return adaptClasses(MmdTargetShift, problem, shifts);
  }

  #match(source: LabelledSource, xt: Matrix, sourcePrior: Float64Array): ClassShift {
    const linearAlgebra = this.#linearAlgebra;
    const given = this.options.gamma as number | 'median';
    const gamma = kernelWidth(linearAlgebra, given, source.x, xt);
    const kernel: Kernel = { type: 'rbf', gamma };
    const present = Array.from(sourcePrior.keys()).filter((c) => sourcePrior[c] > 0);
    const { gram, target } = classMeans(linearAlgebra, kernel, source, xt, present);
    const n = present.length;
    const targetNorm = mean(kernelMeans(linearAlgebra, kernel, xt, xt).rowMeans);
    const distance = (q: Float64Array, gradient: Float64Array) => {
      let value = targetNorm / 2;
      for (let a = 0; a < n; a++) {
        gradient[a] = -target[a];
        for (let b = 0; b < n; b++) gradient[a] += gram[a * n + b] * q[b];
        value += (q[a] * (gradient[a] - target[a])) / 2;
      }
      return value;
    };
    const start = present.map((c) => sourcePrior[c]);
    const { x: shares, smoothValue } = minimizeProximal(distance, simplexProximal(), start, {
      tolerance: 1e-12,
    });
    const classWeights = new Float64Array(sourcePrior.length);
    present.forEach((c, a) => (classWeights[c] = shares[a] / sourcePrior[c]));
    const mmd2Before = 2 * distance(Float64Array.from(start), new Float64Array(n));
    const facts = { gamma, mmd2Before, mmd2After: 2 * smoothValue };
    return { sourcePrior, classWeights, warnings: [], facts };
  }

  static restore(state: FittedState, _context: RestoreContext): FittedPriorShift {
    return FittedPriorShift.read(MmdTargetShift, state);
  }
}

/** ⟨m_a, m_b⟩ [classes · classes] and ⟨m_a, m_T⟩ of the classes in `present`, with the weights of their rows. */
function classMeans(
  linearAlgebra: LinearAlgebra,
  kernel: Kernel,
  { x, y, weights }: LabelledSource,
  xt: Matrix,
  present: readonly number[],
) {
  const n = present.length;
  const position = new Map(present.map((c, a) => [c, a]));
  const row = Int32Array.from(y, (c) => position.get(c) ?? -1);
  const weight = weights ?? new Float64Array(x.rows).fill(1);
  const mass = new Float64Array(n);
  for (let i = 0; i < x.rows; i++) if (row[i] >= 0) mass[row[i]] += weight[i];
  const indicator = denseMatrix(x.rows, n);
  for (let i = 0; i < x.rows; i++)
    if (row[i] >= 0) indicator.data[i * n + row[i]] = weight[i] / mass[row[i]];
  const { rowMeans } = kernelMeans(linearAlgebra, kernel, x, xt);
  const target = new Float64Array(n);
  const gram = new Float64Array(n * n);
  const height = Math.max(1, Math.floor(4e6 / x.rows));
  for (let from = 0; from < x.rows; from += height) {
    const to = Math.min(x.rows, from + height);
    const block = linearAlgebra.kernelMatrix(kernel, rowRange(x, from, to), x);
    const means = linearAlgebra.multiply(block, indicator).data;
    for (let i = from; i < to; i++) {
      for (let a = 0; a < n; a++) {
        const share = indicator.data[i * n + a];
        if (share === 0) continue;
        target[a] += share * rowMeans[i];
        for (let b = 0; b < n; b++) gram[a * n + b] += share * means[(i - from) * n + b];
      }
    }
  }
  return { gram, target };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
