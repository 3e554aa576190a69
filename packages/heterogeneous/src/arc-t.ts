import type {
  Adaptation,
  DenseMatrix,
  Diagnostics,
  DomainRef,
  FittedState,
  FittedStep,
  LinearAlgebra,
  Matrix,
  MatrixInput,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  Setting,
  Warning,
} from '@graft-ml/core';
import {
  checkRows,
  denseMatrix,
  Fitted,
  LinearAlgebraToken,
  prepareProblem,
  resolveDomain,
  resolveOptions,
  StateReader,
  step,
  toDense,
  TransferError,
  transformProblem,
} from '@graft-ml/core';
import { minimizeLbfgs, type Objective, referenceLinearAlgebra } from '@graft-ml/numerics';
import { priorTransform, pullTo, type TransformPrior } from './internal/domain-transform.js';
import { checkLabelSpaces, missingClasses } from './internal/shared-classes.js';

export interface ArcTOptions {
  /** u, the similarity that rows of one class shall reach, default 1. Above `lower`. */
  readonly upper?: number;
  /** l, the similarity that rows of different classes shall not pass, default −1. */
  readonly lower?: number;
  /** λ, price of a transform far from the prior. In (0, ∞), default 1; the γ of the paper is 1 / λ. Larger values fit the labels less. */
  readonly regularization?: number;
  /** What the transform is pulled to: `'zero'` (default), or the rectangular `'identity'` where the first features of both domains mean the same. */
  readonly prior?: TransformPrior;
  /** Largest entry of the gradient at which to stop. In (0, ∞), default 1e-6. */
  readonly tolerance?: number;
  /** An integer from 1 on, default 1000. */
  readonly maxIterations?: number;
}

const schema: OptionSchema<ArcTOptions> = {
  upper: {
    type: 'number',
    default: 1,
    description: 'u, the similarity that rows of one class shall reach.',
  },
  lower: {
    type: 'number',
    default: -1,
    description: 'l, the similarity that rows of different classes shall not pass.',
  },
  regularization: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'λ, price of a transform far from the prior; the γ of the paper is 1 / λ.',
    effect: 'Larger values fit the labels less.',
  },
  prior: {
    type: 'choice',
    values: ['zero', 'identity'],
    default: 'zero',
    description: 'What the transform is pulled to; "identity" is rectangular.',
  },
  tolerance: {
    type: 'number',
    above: 0,
    default: 1e-6,
    description: 'Largest entry of the gradient at which to stop.',
    effect: 'Smaller values give more digits and take more iterations.',
  },
  maxIterations: {
    type: 'integer',
    atLeast: 1,
    default: 1000,
    description: 'After how many iterations to stop with a NOT_CONVERGED warning.',
  },
};

/** Learns a transform of target rows into the source's features in which classes are similar across domains (ARC-t).
 *
 * Setting   one source · any features, made for different ones · source labels and a few target labels, no pairs · classification
 * Solves    min_W λ/2·‖W − W₀‖²_F + ½·Σᵢⱼ max(0, u − xsᵢᵀ·W·xtⱼ)² over pairs of one class
 *                                  + ½·Σᵢⱼ max(0, xsᵢᵀ·W·xtⱼ − l)² over pairs of different classes
 * where     j runs over the labelled target rows; λ, u, l = `regularization`, `upper`, `lower`; W₀ = `prior`
 * Method    L-BFGS; the problem is strongly convex
 * Shapes    xs [nSource, ds] stays, xt [nTarget, dt] → xt·Wᵀ [nTarget, ds]; W [ds, dt]
 * Assumes   rows of like length (unit length in the paper), and classes that a linear map can bring together.
 * Errors    INVALID_DATA where label spaces differ; INVALID_OPTION unless `lower` < `upper`; NUMERICAL where values overflow.
 * Warnings  CLASS_MISSING where a class has no labelled target row; NOT_CONVERGED.
 * Paper     kulis2011, with the Frobenius regulariser
 * Example   const { problem } = await new AsymmetricTransform().fit({ source: { x: xs, y }, target: { x: xt, labelled } });
 */
export class AsymmetricTransform implements ProblemStrategy<FittedTransform> {
  static readonly id = 'heterogeneous/arc-t';
  static readonly summary =
    'ARC-t: transforms target rows so that classes are alike across domains.';
  static readonly setting: Setting = {
    role: 'mapper',
    features: 'different',
    sources: 'one',
    sourceLabels: 'required',
    targetLabels: 'required',
    pairs: 'unused',
    tasks: ['classification'],
    corrects: 'marginal and conditional',
    sparse: 'made dense',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<ArcTOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: ArcTOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('AsymmetricTransform', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
    const { lower, upper } = this.options;
    if (lower < upper) return;
    throw new TransferError({
      code: 'INVALID_OPTION',
      who: 'AsymmetricTransform',
      message: `"lower" must be below "upper"; received ${lower} and ${upper}.`,
      details: { option: 'lower', received: lower, upper },
    });
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedTransform>> {
    const who = 'AsymmetricTransform';
    const problem = prepareProblem(AsymmetricTransform, input, run);
    checkLabelSpaces(who, problem);
    const [source] = problem.sources;
    const labelled = problem.target.labelled!;
    const [xs, xt] = [toDense(source.x), toDense(labelled.x)];
    const { prior, tolerance, maxIterations } = this.options;
    const start = priorTransform(prior, xs.columns, xt.columns).data;
    const objective = this.#objective({ xs, ys: source.y!, xt, yt: labelled.y }, start);
    const solved = minimizeLbfgs(objective, start, { tolerance, maxIterations });
    await step(run, who, { stage: 'transforming', done: 1, total: 1 });
    const fitted = new FittedTransform(
      denseMatrix(xs.columns, xt.columns, solved.x),
      this.#linearAlgebra,
      {
        warnings: [
          ...missingClasses(labelled.y, source.task),
          ...(solved.converged ? [] : [notConverged]),
        ],
        iterations: solved.iterations,
        converged: solved.converged,
        stopReason: solved.reason,
        facts: { objective: solved.value, gradient: solved.gradientNorm },
      },
    );
    return { problem: await transformProblem(problem, fitted, source.features, run), fitted };
  }

  static restore(state: FittedState, context: RestoreContext): FittedTransform {
    const reader = new StateReader(state, AsymmetricTransform.id, 1);
    return new FittedTransform(reader.matrix('weights'), context.linearAlgebra, { warnings: [] });
  }

  #objective({ xs, ys, xt, yt }: LabelledPair, prior: Float64Array): Objective {
    const linearAlgebra = this.#linearAlgebra;
    const { lower, upper, regularization } = this.options;
    return (w, gradient) => {
      const transform = denseMatrix(xs.columns, xt.columns, w);
      const similarity = linearAlgebra.multiply(linearAlgebra.multiply(xs, transform), xt, {
        transposeB: true,
      });
      let value = 0;
      const { data, columns } = similarity;
      for (let p = 0; p < data.length; p++) {
        const same = ys[Math.floor(p / columns)] === yt[p % columns];
        // The slope of ½·max(0, violation)² by the similarity takes the similarity's place.
        data[p] = same ? Math.min(0, data[p] - upper) : Math.max(0, data[p] - lower);
        value += data[p] ** 2 / 2;
      }
      const push = linearAlgebra.multiply(
        linearAlgebra.multiply(xs, similarity, { transposeA: true }),
        xt,
      );
      gradient.set(push.data);
      return value + pullTo(prior, w, gradient, regularization);
    };
  }
}

interface LabelledPair {
  readonly xs: DenseMatrix;
  readonly ys: Float64Array;
  readonly xt: DenseMatrix;
  readonly yt: Float64Array;
}

/** A fitted transform of target rows into the source's features; source rows stay. */
export class FittedTransform extends Fitted implements FittedStep {
  /** Facts: `objective` at the end, and the largest entry of the `gradient`. */
  readonly diagnostics: Diagnostics;
  /** W [ds, dt]: a target row x becomes W·x. */
  readonly weights: DenseMatrix;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(weights: DenseMatrix, linearAlgebra: LinearAlgebra, diagnostics: Diagnostics) {
    super();
    this.weights = weights;
    this.diagnostics = diagnostics;
    this.#linearAlgebra = linearAlgebra;
  }

  async transform(x: MatrixInput, domain: DomainRef, _run?: RunOptions): Promise<Matrix> {
    const { rows, columns } = this.weights;
    const target = resolveDomain(domain) === 'target';
    const given = checkRows('AsymmetricTransform', x, target ? columns : rows);
    if (!target) return given;
    return this.#linearAlgebra.multiply(given, this.weights, { transposeB: true });
  }

  override toState(): FittedState {
    const { rows, columns, data } = this.weights;
    const arrays = { weights: { shape: [rows, columns], data } };
    return { id: AsymmetricTransform.id, version: 1, values: {}, arrays, parts: {} };
  }
}

const notConverged: Warning = {
  code: 'NOT_CONVERGED',
  message:
    'the transform was still moving when the iteration ended. Raise "maxIterations", "tolerance" or "regularization", or bring rows to unit length first.',
};
