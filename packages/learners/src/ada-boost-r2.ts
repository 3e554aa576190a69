import type {
  Diagnostics,
  FittedState,
  LabelledInput,
  Learner,
  MatrixInput,
  OptionSchema,
  ProblemInput,
  RegressionTask,
  RestoreContext,
  RunOptions,
  Setting,
} from '@graft-ml/core';
import {
  checkAborted,
  checkRows,
  type DenseMatrix,
  Model,
  resolveOptions,
  StateReader,
  step,
  toDense,
  trainingRows,
} from '@graft-ml/core';
import { randomSource } from '@graft-ml/numerics';
import { criterionFor } from './tree/criterion.js';
import { growTree } from './tree/grow-tree.js';
import { sortColumns } from './tree/sorted-columns.js';
import { readTrees, treeArrays } from './tree/tree-state.js';
import { leafOf, type Tree } from './tree/tree.js';
import { weightedMedian } from './weighted-median.js';

export interface AdaBoostR2Options {
  /** How many trees at most: a whole number ≥ 1, default 50. More fit closer. */
  readonly maxIterations?: number;
  /** Questions on a path of each tree: a whole number ≥ 1, default 3. Deeper trees fit closer. */
  readonly maxDepth?: number;
  /** How an error counts, as a share of the largest: as it is (`'linear'`, default), squared, or 1 − exp(−share). */
  readonly loss?: 'linear' | 'square' | 'exponential';
}

const schema: OptionSchema<AdaBoostR2Options> = {
  maxIterations: {
    type: 'integer',
    atLeast: 1,
    default: 50,
    description: 'How many trees are grown at most.',
    effect: 'More fit closer.',
  },
  maxDepth: {
    type: 'integer',
    atLeast: 1,
    default: 3,
    description: 'How many questions a path of each tree may have.',
    effect: 'Deeper trees fit closer.',
  },
  loss: {
    type: 'choice',
    values: ['linear', 'square', 'exponential'],
    default: 'linear',
    description: 'How an error counts, as a share of the largest error.',
  },
};

/** Small regression trees in turn, each on weights that favour rows with large errors (AdaBoost.R2).
 *
 * Setting   learner · regression · row weights count as copies
 * Solves    per round: Dᵢ = |hᵢ − yᵢ|;  Lᵢ = D / max D, its square, or 1 − exp(−it);  L̄ = Σ v·L / Σ v;  β = L̄ / (1 − L̄);  vᵢ ← vᵢ·β^(1 − Lᵢ)
 * where     h: a tree of depth `maxDepth` on weights v, which start as w. Predicts the median of h(x) weighted by log(1/β)
 * Shapes    x [n, nFeatures], y [n] → values [rows]; sparse rows are made dense
 * Stops     after `maxIterations`, when a tree fits exactly, or when L̄ ≥ ½
 * Assumes   values without gross errors: it chases the rows it gets wrong.
 * Paper     drucker1997, with weights where he draws rows: no randomness.
 * Example   const model = await new AdaBoostR2().fit({ x, y });
 */
export class AdaBoostR2 implements Learner<AdaBoostR2Model> {
  static readonly id = 'learners/ada-boost-r2';
  static readonly summary = 'AdaBoost.R2: small regression trees that mend large errors.';
  static readonly setting: Setting = {
    role: 'learner',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['regression'],
    corrects: 'nothing',
    sparse: 'made dense',
  };
  static readonly schema = schema;
  static readonly needs = {};

  readonly produces = 'model';
  readonly options: Required<AdaBoostR2Options>;

  constructor(options?: AdaBoostR2Options) {
    this.options = resolveOptions('AdaBoostR2', schema, options);
  }

  async fit(data: ProblemInput | LabelledInput, run?: RunOptions): Promise<AdaBoostR2Model> {
    checkAborted(run, 'AdaBoostR2');
    const rows = trainingRows('AdaBoostR2', data, ['regression']);
    const { maxIterations, maxDepth, loss } = this.options;
    const x = toDense(rows.x);
    const columns = sortColumns(x);
    const v = rows.weights?.slice() ?? new Float64Array(x.rows).fill(1);
    const included = Uint8Array.from(v, (weight) => (weight > 0 ? 1 : 0));
    const measure = criterionFor(rows.task, rows.y, v, 'gini');
    const limits = { maxDepth, minLeafWeight: 0, minImpurityDecrease: 0, nCandidates: x.columns };
    const random = randomSource(run?.seed ?? 0);
    const trees: Tree[] = [];
    const votes: number[] = [];
    const losses: number[] = [];
    const errors = new Float64Array(x.rows);
    let stopReason = 'the iterations ran out';
    while (trees.length < maxIterations) {
      const tree = growTree(columns, included, measure, limits, random);
      const mean = fillLosses(tree, x, rows.y, v, loss, errors);
      if (mean >= 1 / 2 && trees.length > 0) {
        stopReason = 'the mean loss of a tree reached one half';
        break;
      }
      trees.push(tree);
      losses.push(mean);
      const beta = Math.max(tiny, mean / (1 - mean));
      votes.push(mean >= 1 / 2 ? 1 : Math.log(1 / beta));
      if (mean === 0 || mean >= 1 / 2) {
        stopReason =
          mean === 0 ? 'a tree fits exactly' : 'the first tree has a mean loss of one half';
        break;
      }
      reweigh(v, errors, beta);
      const done = trees.length;
      await step(run, 'AdaBoostR2', { stage: 'growing trees', done, total: maxIterations });
    }
    return new AdaBoostR2Model(trees, Float64Array.from(votes), x.columns, {
      warnings: [],
      iterations: trees.length,
      stopReason,
      facts: { losses },
    });
  }

  static restore(state: FittedState, _context: RestoreContext): AdaBoostR2Model {
    const reader = new StateReader(state, AdaBoostR2.id, 1);
    const nFeatures = reader.number('nFeatures', true);
    const trees = readTrees(reader, AdaBoostR2.id, nFeatures, 1);
    return new AdaBoostR2Model(trees, reader.array('votes', trees.length), nFeatures, {
      warnings: [],
    });
  }
}

/** A fitted AdaBoost.R2 regression. */
export class AdaBoostR2Model extends Model {
  readonly diagnostics: Diagnostics;
  readonly task: RegressionTask = { kind: 'regression' };
  readonly nFeatures: number;
  readonly trees: readonly Tree[];
  /** log(1/β) of each tree. */
  readonly votes: Float64Array;

  constructor(
    trees: readonly Tree[],
    votes: Float64Array,
    nFeatures: number,
    diagnostics: Diagnostics,
  ) {
    super();
    this.nFeatures = nFeatures;
    this.trees = trees;
    this.votes = votes;
    this.diagnostics = diagnostics;
  }

  override async predictEncoded(x: MatrixInput, _run?: RunOptions): Promise<Float64Array> {
    const rows = toDense(checkRows('AdaBoostR2', x, this.nFeatures));
    const said = new Float64Array(this.trees.length);
    const order = new Int32Array(said.length);
    const predictions = new Float64Array(rows.rows);
    for (let i = 0; i < rows.rows; i++) {
      for (let t = 0; t < said.length; t++) {
        said[t] = this.trees[t].value[leafOf(this.trees[t], rows, i)];
      }
      predictions[i] = weightedMedian(said, this.votes, order);
    }
    return predictions;
  }

  override toState(): FittedState {
    return {
      id: AdaBoostR2.id,
      version: 1,
      values: { nFeatures: this.nFeatures },
      arrays: {
        ...treeArrays(this.trees, 1),
        votes: { shape: [this.votes.length], data: this.votes },
      },
      parts: {},
    };
  }
}

// The β that a tree with an exact fit is taken to have, so that its vote is finite.
const tiny = 1e-10;

/** Fills in the loss of each row and returns their mean by weight. */
function fillLosses(
  tree: Tree,
  x: DenseMatrix,
  y: Float64Array,
  v: Float64Array,
  loss: 'linear' | 'square' | 'exponential',
  losses: Float64Array,
): number {
  let largest = 0;
  for (let i = 0; i < x.rows; i++) {
    losses[i] = v[i] > 0 ? Math.abs(tree.value[leafOf(tree, x, i)] - y[i]) : 0;
    largest = Math.max(largest, losses[i]);
  }
  if (largest === 0) return 0;
  let sum = 0;
  let total = 0;
  for (let i = 0; i < x.rows; i++) {
    const share = losses[i] / largest;
    losses[i] = loss === 'linear' ? share : loss === 'square' ? share * share : -Math.expm1(-share);
    sum += v[i] * losses[i];
    total += v[i];
  }
  return sum / total;
}

/** vᵢ·β^(1 − Lᵢ), summing to 1. */
function reweigh(v: Float64Array, losses: Float64Array, beta: number): void {
  let sum = 0;
  for (let i = 0; i < v.length; i++) sum += v[i] *= beta ** (1 - losses[i]);
  for (let i = 0; i < v.length; i++) v[i] /= sum;
}
