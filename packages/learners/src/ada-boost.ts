import type {
  ClassificationTask,
  DenseMatrix,
  Diagnostics,
  FittedState,
  LabelledInput,
  Learner,
  MatrixInput,
  OptionSchema,
  ProblemInput,
  RestoreContext,
  RunOptions,
  Setting,
  Warning,
} from '@graft-ml/core';
import {
  checkAborted,
  checkRows,
  denseMatrix,
  Model,
  resolveOptions,
  StateReader,
  step,
  toDense,
} from '@graft-ml/core';
import { randomSource } from '@graft-ml/numerics';
import { largestColumn, rowsToShares } from './internal/class-choice.js';
import { classRows } from './internal/class-rows.js';
import { readClassification, taskValue } from './internal/task-state.js';
import { criterionFor } from './tree/criterion.js';
import { growTree } from './tree/grow-tree.js';
import { sortColumns } from './tree/sorted-columns.js';
import { readTrees, treeArrays } from './tree/tree-state.js';
import { leafOf, type Tree } from './tree/tree.js';

export interface AdaBoostOptions {
  /** How many trees at most: a whole number ≥ 1, default 50. More fit closer. */
  readonly maxIterations?: number;
  /** Questions on a path of each tree: a whole number ≥ 1, default 1 (stumps). Deeper trees see features together. */
  readonly maxDepth?: number;
  /** What the vote of each tree is multiplied by, in (0, 1], default 1. Smaller values learn slower and need more trees. */
  readonly learningRate?: number;
}

const schema: OptionSchema<AdaBoostOptions> = {
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
    default: 1,
    description: 'How many questions a path of each tree may have.',
    effect: 'Deeper trees see features together.',
  },
  learningRate: {
    type: 'number',
    above: 0,
    atMost: 1,
    default: 1,
    description: 'What the vote of each tree is multiplied by.',
    effect: 'Smaller values learn slower and need more trees.',
  },
};

/** Small trees in turn, each on weights that favour what the ones before got wrong (AdaBoost, SAMME).
 *
 * Setting   learner · classification, any number of classes · row weights count as copies
 * Solves    per round: e = Σ vᵢ·[hᵢ ≠ yᵢ] / Σ v;  a = η·(log((1 − e) / e) + log(C − 1));  vᵢ ← vᵢ·exp(a·[hᵢ ≠ yᵢ]);  v starts as w
 * where     h: a tree of depth `maxDepth` on weights v; η = `learningRate`; C classes that occur. Predicts argmax_c Σ a·[h(x) = c]
 * Shapes    x [n, nFeatures], y [n] → vote shares [rows, classes]; sparse rows are made dense
 * Stops     after `maxIterations`, when a tree makes no error (its vote is that of e = 1e-10), or when one does no better than chance
 * Assumes   labels without gross errors: it chases the rows it gets wrong.
 * Paper     freund1997; zhu2009 for more than two classes.
 * Example   const model = await new AdaBoost({ maxIterations: 100 }).fit({ x, y });
 */
export class AdaBoost implements Learner<AdaBoostModel> {
  static readonly id = 'learners/ada-boost';
  static readonly summary = 'AdaBoost (SAMME): small trees that mend the errors of those before.';
  static readonly setting: Setting = {
    role: 'learner',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification'],
    corrects: 'nothing',
    sparse: 'made dense',
  };
  static readonly schema = schema;
  static readonly needs = {};

  readonly produces = 'model';
  readonly options: Required<AdaBoostOptions>;

  constructor(options?: AdaBoostOptions) {
    this.options = resolveOptions('AdaBoost', schema, options);
  }

  async fit(data: ProblemInput | LabelledInput, run?: RunOptions): Promise<AdaBoostModel> {
    checkAborted(run, 'AdaBoost');
    const rows = classRows('AdaBoost', data, 2);
    const { task, y, totals, total } = rows;
    const { maxIterations, learningRate, maxDepth } = this.options;
    const x = toDense(rows.x);
    const columns = sortColumns(x);
    const v = rows.weights
      ? rows.weights.map((w) => w / total)
      : new Float64Array(x.rows).fill(1 / total);
    const included = Uint8Array.from(v, (weight) => (weight > 0 ? 1 : 0));
    const measure = criterionFor(task, y, v, 'gini');
    const limits = { maxDepth, minLeafWeight: 0, minImpurityDecrease: 0, nCandidates: x.columns };
    const nOccurring = totals.filter((weight) => weight > 0).length;
    const random = randomSource(run?.seed ?? 0);
    const trees: Tree[] = [];
    const votes: number[] = [];
    const errors: number[] = [];
    let stopReason = 'the iterations ran out';
    const wrong = new Uint8Array(x.rows);
    while (trees.length < maxIterations) {
      const tree = growTree(columns, included, measure, limits, random);
      const error = errorOf(tree, x, y, v, wrong);
      if (error >= 1 - 1 / nOccurring) {
        stopReason = 'a tree did no better than chance';
        break;
      }
      trees.push(tree);
      errors.push(error);
      const vote =
        learningRate * (Math.log((1 - error) / Math.max(error, tiny)) + Math.log(nOccurring - 1));
      votes.push(vote);
      if (error <= 0) {
        stopReason = 'a tree made no error';
        break;
      }
      reweigh(v, wrong, vote);
      await step(run, 'AdaBoost', {
        stage: 'growing trees',
        done: trees.length,
        total: maxIterations,
      });
    }
    const warnings = trees.length === 0 ? [useless()] : [];
    if (trees.length === 0)
      trees.push(growTree(columns, included, measure, { ...limits, maxDepth: 0 }, random));
    if (votes.length === 0) votes.push(1);
    return new AdaBoostModel(task, trees, Float64Array.from(votes), x.columns, {
      warnings,
      iterations: trees.length,
      stopReason,
      facts: { errors, finalWeights: Array.from(v) },
    });
  }

  static restore(state: FittedState, _context: RestoreContext): AdaBoostModel {
    const reader = new StateReader(state, AdaBoost.id, 1);
    const task = readClassification(state, reader);
    const nFeatures = reader.number('nFeatures', true);
    const trees = readTrees(reader, AdaBoost.id, nFeatures, task.classes.length);
    const votes = reader.array('votes', trees.length);
    return new AdaBoostModel(task, trees, votes, nFeatures, { warnings: [] });
  }
}

/** A fitted AdaBoost classifier. */
export class AdaBoostModel extends Model {
  readonly diagnostics: Diagnostics;
  readonly task: ClassificationTask;
  readonly nFeatures: number;
  readonly trees: readonly Tree[];
  /** How much each tree's vote counts. */
  readonly votes: Float64Array;

  constructor(
    task: ClassificationTask,
    trees: readonly Tree[],
    votes: Float64Array,
    nFeatures: number,
    diagnostics: Diagnostics,
  ) {
    super();
    this.task = task;
    this.nFeatures = nFeatures;
    this.trees = trees;
    this.votes = votes;
    this.diagnostics = diagnostics;
  }

  override async predictEncoded(x: MatrixInput, run?: RunOptions): Promise<Float64Array> {
    return largestColumn(await this.predictProba(x, run));
  }

  /** Shares of the votes for each class: a ranking, not calibrated probabilities. */
  override async predictProba(x: MatrixInput, _run?: RunOptions): Promise<DenseMatrix> {
    const rows = toDense(checkRows('AdaBoost', x, this.nFeatures));
    const shares = denseMatrix(rows.rows, this.task.classes.length);
    this.trees.forEach((tree, t) => {
      for (let i = 0; i < rows.rows; i++) {
        shares.data[i * shares.columns + classOfLeaf(tree, leafOf(tree, rows, i))] += this.votes[t];
      }
    });
    return rowsToShares(shares);
  }

  override toState(): FittedState {
    return {
      id: AdaBoost.id,
      version: 1,
      values: { classes: taskValue(this.task), nFeatures: this.nFeatures },
      arrays: {
        ...treeArrays(this.trees, this.task.classes.length),
        votes: { shape: [this.votes.length], data: this.votes },
      },
      parts: {},
    };
  }
}

// The error that a tree without errors is taken to have, so that its vote is finite.
const tiny = 1e-10;

/** The share of `v` that the tree gets wrong; marks those rows. */
function errorOf(
  tree: Tree,
  x: DenseMatrix,
  y: Float64Array,
  v: Float64Array,
  wrong: Uint8Array,
): number {
  let error = 0;
  let total = 0;
  for (let i = 0; i < x.rows; i++) {
    wrong[i] = classOfLeaf(tree, leafOf(tree, x, i)) === y[i] ? 0 : 1;
    if (wrong[i] === 1) error += v[i];
    total += v[i];
  }
  return error / total;
}

/** vᵢ·exp(vote·[wrong]), summing to 1. */
function reweigh(v: Float64Array, wrong: Uint8Array, vote: number): void {
  let sum = 0;
  for (let i = 0; i < v.length; i++) sum += v[i] *= wrong[i] === 1 ? Math.exp(vote) : 1;
  for (let i = 0; i < v.length; i++) v[i] /= sum;
}

/** The class with the largest share in a leaf, the smaller one on a tie. */
function classOfLeaf({ value, nOutputs }: Tree, leaf: number): number {
  let best = 0;
  for (let c = 1; c < nOutputs; c++) {
    if (value[leaf * nOutputs + c] > value[leaf * nOutputs + best]) best = c;
  }
  return best;
}

function useless(): Warning {
  return {
    code: 'NO_LEARNER',
    message:
      'the first tree does no better than chance, so the model predicts the heaviest class. Allow a larger maxDepth, or use other features.',
  };
}
