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
} from '@graft-ml/core';
import {
  checkAborted,
  LinearAlgebraToken,
  prepareProblem,
  resolveOptions,
  stackRows,
  step,
} from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { type BlockPlan, ExpectedScatters, planBlocks } from './internal/denoising-layer.js';
import { extendProblem } from './internal/extend-problem.js';
import { FittedDenoising, hiddenLayer } from './internal/fitted-denoising.js';
import { namedRows, readBlocks, type RowSources } from './internal/row-source.js';

export interface MsdaOptions {
  /** p, the chance that a feature is blanked. In [0, 1), default 0.5. More makes features explain each other more. */
  readonly corruption?: number;
  /** Number of layers, default 5. */
  readonly nLayers?: number;
  /** Added to the diagonal of the expected scatter, not for the constant. In [0, ∞), default 1e-5. */
  readonly regularization?: number;
  /** How many features the layers reconstruct: `'all'` (default), or the r that occur in most rows, from blocks of r random features. Fewer cost far less. */
  readonly nReconstructed?: number | 'all';
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
  nReconstructed: {
    type: 'integer',
    atLeast: 1,
    words: ['all'],
    default: 'all',
    description: 'Features reconstructed: "all", or the most frequent ones from random blocks.',
    effect: 'Fewer cost far less time and memory and add fewer features.',
  },
};

/** Adds features that say what the others lead one to expect, learned on all domains (marginalised stacked denoising auto-encoder, mSDA).
 *
 * Setting   unsupervised · sources and target are stacked · same features · needs no labels
 * Solves    min_W E‖X − W·X̃‖²_F   per layer, X̃ = X with features blanked with chance p, in closed form W = P·(Q + ρI)⁻¹
 * where     X = [x; 1]ᵀ, S = X·Xᵀ, q = (1 − p, …, 1 − p, 1), Qᵢⱼ = Sᵢⱼqᵢqⱼ, Qᵢᵢ = Sᵢᵢqᵢ, Pᵢⱼ = Sᵢⱼqⱼ without the last row;
 *           p, ρ = `corruption`, `regularization`; the constant is neither blanked nor penalised
 * Fast      with r = `nReconstructed` below nFeatures the first layer reconstructs the r most frequent features, from each of
 *           K = ⌈nFeatures/r⌉ random blocks of features on its own, and takes the mean of the K; later layers have r features
 * Shapes    x [n, nFeatures] → [x, h₁, …, h_L] [n, nFeatures·(1 + nLayers)], fast [n, nFeatures + r·nLayers], with
 *           h = tanh(W·[h before; 1]); sparse rows stay sparse, their new entries stored
 * Assumes   features of a domain occur together with features common to all: words, mostly. Cost nFeatures³ per layer, fast r²·nFeatures.
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
    sparse: 'kept',
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
    const rows = stackRows([...problem.sources.map(({ x }) => x), problem.target.x]);
    const linearAlgebra = this.#linearAlgebra;
    const hidden: DenseMatrix[] = [];
    const fitted = await this.#learn((layers) => {
      const last = layers.at(-1);
      if (last) hidden.push(hiddenLayer(linearAlgebra, hidden.at(-1) ?? rows, last));
      return [hidden.at(-1) ?? rows];
    }, run);
    hidden.push(hiddenLayer(linearAlgebra, hidden.at(-1) ?? rows, fitted.weights.at(-1)!));
    return { problem: await extendProblem(problem, fitted, hidden, run), fitted };
  }

  /** The same from rows that need not fit in memory: one pass per layer, and one before where `nReconstructed` is a number. */
  async fitStream(rows: RowSources, run?: RunOptions): Promise<FittedDenoising> {
    const who = 'MarginalizedDenoising';
    checkAborted(run, who);
    const domains = namedRows(who, rows);
    let columns: number | undefined;
    const linearAlgebra = this.#linearAlgebra;
    return this.#learn(async function* (layers) {
      for (const { rows: pass, name } of domains) {
        for await (const block of readBlocks(who, pass, name, columns, run)) {
          columns ??= block.columns;
          yield layers.reduce((x: Matrix, layer) => hiddenLayer(linearAlgebra, x, layer), block);
        }
      }
    }, run);
  }

  static restore(state: FittedState, context: RestoreContext): FittedDenoising {
    return FittedDenoising.read(state, context);
  }

  /** Learns layer by layer, each from one pass over all rows as the layers so far leave them. */
  async #learn(pass: HiddenRows, run: RunOptions | undefined): Promise<FittedDenoising> {
    const { nLayers, nReconstructed, ...noise } = this.options;
    const linearAlgebra = this.#linearAlgebra;
    let plan: BlockPlan | undefined;
    if (nReconstructed !== 'all') {
      const counts = await countRows(pass([]));
      if (nReconstructed < counts.length) plan = planBlocks(counts, nReconstructed, run?.seed ?? 0);
    }
    const weights: DenseMatrix[] = [];
    for (let layer = 1; layer <= nLayers; layer++) {
      const scatters = new ExpectedScatters(linearAlgebra, layer === 1 ? plan : undefined);
      for await (const rows of pass(weights)) scatters.add(rows);
      weights.push(scatters.solve(noise));
      const progress = { done: layer, total: nLayers };
      await step(run, 'MarginalizedDenoising', { stage: 'learning layers', ...progress });
    }
    return new FittedDenoising(weights[0].rows - 1, weights, linearAlgebra);
  }
}

/** One pass over all rows, in blocks, as the last of some layers leaves them; the rows themselves without layers. */
type HiddenRows = (layers: readonly DenseMatrix[]) => Iterable<Matrix> | AsyncIterable<Matrix>;

/** In how many rows each feature is not 0. */
async function countRows(blocks: Iterable<Matrix> | AsyncIterable<Matrix>): Promise<Float64Array> {
  let counts = new Float64Array(0);
  for await (const x of blocks) {
    if (counts.length === 0) counts = new Float64Array(x.columns);
    const values = x.format === 'dense' ? x.data : x.values;
    for (let p = 0; p < values.length; p++) {
      if (values[p] !== 0) counts[x.format === 'dense' ? p % x.columns : x.columnIndices[p]]++;
    }
  }
  return counts;
}
