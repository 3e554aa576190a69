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
} from '@graft-ml/core';
import {
  checkRows,
  denseMatrix,
  Fitted,
  LinearAlgebraToken,
  numberedFeatures,
  prepareProblem,
  resolveOptions,
  stackRows,
  StateReader,
  step,
  toDense,
  transformProblem,
} from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';

export interface MsdaOptions {
  /** p, the chance that a feature is blanked. In [0, 1), default 0.5. More makes features explain each other more. */
  readonly corruption?: number;
  /** Number of layers, default 5. */
  readonly nLayers?: number;
  /** Added to the diagonal of the expected scatter, not for the constant. In [0, ∞), default 1e-5. */
  readonly regularization?: number;
}

const schema: OptionSchema<MsdaOptions> = {
  corruption: {
    type: 'number',
    atLeast: 0,
    below: 1,
    default: 0.5,
    description: 'p, the chance that a feature is blanked.',
    effect: 'More makes features explain each other more.',
  },
  nLayers: { type: 'integer', atLeast: 1, default: 5, description: 'Number of layers.' },
  regularization: {
    type: 'number',
    atLeast: 0,
    default: 1e-5,
    description: 'Added to the diagonal of the expected scatter, not for the constant.',
  },
};

/** Adds features that say what the others lead one to expect, learned on all domains (marginalised stacked denoising auto-encoder, mSDA).
 *
 * Setting   unsupervised · sources and target are stacked · same features · needs no labels
 * Solves    min_W E‖X − W·X̃‖²_F   per layer, X̃ = X with features blanked with chance p, in closed form W = P·(Q + ρI)⁻¹
 * where     X = [x; 1]ᵀ, S = X·Xᵀ, q = (1 − p, …, 1 − p, 1), Qᵢⱼ = Sᵢⱼqᵢqⱼ, Qᵢᵢ = Sᵢᵢqᵢ, Pᵢⱼ = Sᵢⱼqⱼ without the last row;
 *           p, ρ = `corruption`, `regularization`; the constant is neither blanked nor penalised
 * Shapes    x [n, nFeatures] → [x, h₁, …, h_L] [n, nFeatures·(1 + nLayers)] with h = tanh(W·[h before; 1])
 * Assumes   features of a domain occur together with features common to all: words, mostly. Cost nFeatures³ per layer.
 * Errors    NUMERICAL where Q is singular and `regularization` is 0.
 * Paper     chen2012msda
 * Example   const { problem } = await new MarginalizedDenoising({ nLayers: 1 }).fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class MarginalizedDenoising implements ProblemStrategy<FittedDenoising> {
  static readonly id = 'feature-based/msda';
  static readonly summary = 'mSDA: adds what the other features lead one to expect.';
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
  readonly options: Required<MsdaOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: MsdaOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    this.options = resolveOptions('MarginalizedDenoising', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedDenoising>> {
    const problem = prepareProblem(MarginalizedDenoising, input, run);
    const { corruption, nLayers, regularization } = this.options;
    const weights: DenseMatrix[] = [];
    let rows: Matrix = stackRows([...problem.sources.map(({ x }) => x), problem.target.x]);
    const nFeatures = rows.columns;
    for (let layer = 1; layer <= nLayers; layer++) {
      const scatter = scatterWithConstant(this.#linearAlgebra, rows);
      const learned = denoise(this.#linearAlgebra, scatter, corruption, regularization);
      weights.push(learned);
      if (layer < nLayers) rows = hidden(this.#linearAlgebra, rows, learned);
      const progress = { done: layer, total: nLayers };
      await step(run, 'MarginalizedDenoising', { stage: 'learning layers', ...progress });
    }
    const fitted = new FittedDenoising(nFeatures, weights, this.#linearAlgebra);
    const names = numberedFeatures(nFeatures * (1 + nLayers), 'feature');
    return { problem: await transformProblem(problem, fitted, names, run), fitted };
  }

  static restore(state: FittedState, context: RestoreContext): FittedDenoising {
    const reader = new StateReader(state, MarginalizedDenoising.id, 1);
    const nFeatures = reader.number('nFeatures', true);
    const weights = Array.from({ length: reader.number('nLayers', true) }, (_, k) =>
      reader.matrix(`layer ${k}`, nFeatures + 1, nFeatures),
    );
    return new FittedDenoising(nFeatures, weights, context.linearAlgebra);
  }
}

/** A fitted mSDA: the weights of its layers. */
export class FittedDenoising extends Fitted implements FittedStep {
  readonly diagnostics: Diagnostics = { warnings: [] };
  /** One [nFeatures + 1, nFeatures] matrix per layer: Wᵀ, the last row for the constant. */
  readonly weights: readonly DenseMatrix[];
  readonly #nFeatures: number;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(nFeatures: number, weights: readonly DenseMatrix[], linearAlgebra: LinearAlgebra) {
    super();
    this.weights = weights;
    this.#nFeatures = nFeatures;
    this.#linearAlgebra = linearAlgebra;
  }

  async transform(x: MatrixInput, _domain: DomainRef, _run?: RunOptions): Promise<Matrix> {
    const rows = checkRows('MarginalizedDenoising', x, this.#nFeatures);
    const blocks = [toDense(rows)];
    let last: Matrix = rows;
    for (const weights of this.weights) {
      const next = hidden(this.#linearAlgebra, last, weights);
      blocks.push(next);
      last = next;
    }
    return sideBySide(blocks);
  }

  override toState(): FittedState {
    const layers = this.weights.map(({ rows, columns, data }, k) => [
      `layer ${k}`,
      { shape: [rows, columns], data },
    ]);
    return {
      id: MarginalizedDenoising.id,
      version: 1,
      values: { nFeatures: this.#nFeatures, nLayers: this.weights.length },
      arrays: Object.fromEntries(layers),
      parts: {},
    };
  }
}

/** S = Σ [x; 1]·[x; 1]ᵀ [nFeatures + 1, nFeatures + 1]; sparse rows stay sparse. */
function scatterWithConstant(linearAlgebra: LinearAlgebra, x: Matrix): DenseMatrix {
  const d = x.columns;
  const products = linearAlgebra.crossProduct(x);
  const ones = denseMatrix(x.rows, 1, new Float64Array(x.rows).fill(1));
  const sums = linearAlgebra.multiply(x, ones, { transposeA: true }).data;
  const scatter = denseMatrix(d + 1, d + 1);
  for (let i = 0; i < d; i++) {
    scatter.data.set(products.data.subarray(i * d, (i + 1) * d), i * (d + 1));
    scatter.data[i * (d + 1) + d] = scatter.data[d * (d + 1) + i] = sums[i];
  }
  scatter.data[d * (d + 1) + d] = x.rows;
  return scatter;
}

/** Wᵀ = (Q + ρI)⁻¹·Pᵀ [nFeatures + 1, nFeatures]. */
function denoise(
  linearAlgebra: LinearAlgebra,
  { columns: n, data: s }: DenseMatrix,
  corruption: number,
  regularization: number,
): DenseMatrix {
  const d = n - 1;
  const kept = (i: number) => (i < d ? 1 - corruption : 1);
  const q = denseMatrix(n, n);
  const p = denseMatrix(n, d);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      q.data[i * n + j] = s[i * n + j] * kept(i) * (i === j ? 1 : kept(j));
      if (j < d) p.data[i * d + j] = s[j * n + i] * kept(i);
    }
    if (i < d) q.data[i * n + i] += regularization;
  }
  return linearAlgebra.solvePositiveDefinite(q, p);
}

/** tanh(W·[x; 1]) for every row. */
function hidden(linearAlgebra: LinearAlgebra, x: Matrix, weights: DenseMatrix): DenseMatrix {
  const d = weights.columns;
  const linear = denseMatrix(d, d, weights.data.subarray(0, d * d));
  const constant = weights.data.subarray(d * d);
  const result = linearAlgebra.multiply(x, linear);
  const { tanh } = Math;
  for (let i = 0, p = 0; i < result.rows; i++) {
    for (let j = 0; j < d; j++, p++) result.data[p] = tanh(result.data[p] + constant[j]);
  }
  return result;
}

function sideBySide(blocks: readonly DenseMatrix[]): DenseMatrix {
  const [{ rows, columns }] = blocks;
  const joined = denseMatrix(rows, columns * blocks.length);
  for (const [k, { data }] of blocks.entries()) {
    for (let i = 0; i < rows; i++) {
      const from = data.subarray(i * columns, (i + 1) * columns);
      joined.data.set(from, (i * blocks.length + k) * columns);
    }
  }
  return joined;
}
