import type {
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
  Task,
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
  trainingRows,
} from '@graft-ml/core';
import { type RandomSource, randomSource } from '@graft-ml/numerics';
import { canonicalRows } from './internal/canonical-rows.js';
import { largestColumn } from './internal/class-choice.js';
import { readTask, taskValue } from './internal/task-state.js';
import { smallWeights } from './internal/warnings.js';
import { criterionFor } from './tree/criterion.js';
import { growTree } from './tree/grow-tree.js';
import { sortColumns } from './tree/sorted-columns.js';
import { readTrees, treeArrays } from './tree/tree-state.js';
import { leafOf, type Tree } from './tree/tree.js';

export interface RandomForestOptions {
  /** A whole number ≥ 1, default 100. More are steadier and slower. */
  readonly nTrees?: number;
  /** Features tried per question: a whole number, `'all'`, or `'auto'` (default): √nFeatures for classes, a third for values. Fewer make trees differ more. */
  readonly maxFeatures?: number | 'auto' | 'all';
  /** Questions on a path: a whole number ≥ 1, or `'unlimited'` (default). */
  readonly maxDepth?: number | 'unlimited';
  /** Least total weight of the rows of a leaf, as drawn. In [0, ∞), default 0. More smooth more. */
  readonly minLeafWeight?: number;
  /** How mixed classes are measured: `'gini'` (default) or `'entropy'`. Regression uses the variance. */
  readonly criterion?: 'gini' | 'entropy';
}

const schema: OptionSchema<RandomForestOptions> = {
  nTrees: {
    type: 'integer',
    atLeast: 1,
    default: 100,
    description: 'How many trees are averaged.',
    effect: 'More are steadier and slower.',
  },
  maxFeatures: {
    type: 'integer',
    atLeast: 1,
    words: ['auto', 'all'],
    default: 'auto',
    description:
      'Features tried per question; "auto" is √nFeatures for classes, a third for values.',
    effect: 'Fewer make trees differ more.',
  },
  maxDepth: {
    type: 'integer',
    atLeast: 1,
    words: ['unlimited'],
    default: 'unlimited',
    description: 'How many questions a path may have.',
  },
  minLeafWeight: {
    type: 'number',
    atLeast: 0,
    default: 0,
    description: 'Least total weight of the rows of a leaf, as drawn.',
    effect: 'More smooth more.',
  },
  criterion: {
    type: 'choice',
    values: ['gini', 'entropy'],
    default: 'gini',
    description: 'How mixed classes are measured; regression uses the variance.',
  },
};

/** The mean of many trees, each grown on rows drawn with replacement and on few random features per question.
 *
 * Setting   learner · classification and regression · row weights count as copies
 * Solves    p(c | x) = mean over trees of the class shares in the leaf of x; for values the mean of leaf means
 * where     a tree draws round(Σ w) rows, each with chance wᵢ / Σ w, and grows as DecisionTree does
 * Shapes    x [n, nFeatures], y [n] → probabilities [rows, classes], or values [rows]; sparse rows are made dense
 * Random    draws depend on the seed and on what rows hold, not on their order; equal rows are drawn as one of summed weight
 * Assumes   little. Cannot predict values beyond those seen; smooth or linear relations need many trees.
 * Paper     breiman2001
 * Example   const model = await new RandomForest({ nTrees: 200 }).fit({ x, y }, { seed: 1 });
 */
export class RandomForest implements Learner<ForestModel> {
  static readonly id = 'learners/random-forest';
  static readonly summary = 'Random forest: the mean of many randomised trees.';
  static readonly setting: Setting = {
    role: 'learner',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification', 'regression'],
    corrects: 'nothing',
    sparse: 'made dense',
  };
  static readonly schema = schema;
  static readonly needs = {};

  readonly produces = 'model';
  readonly options: Required<RandomForestOptions>;

  constructor(options?: RandomForestOptions) {
    this.options = resolveOptions('RandomForest', schema, options);
  }

  async fit(data: ProblemInput | LabelledInput, run?: RunOptions): Promise<ForestModel> {
    checkAborted(run, 'RandomForest');
    const rows = trainingRows('RandomForest', data, RandomForest.setting.tasks);
    const { x, y, weights, total } = canonicalRows(rows);
    const { nTrees, maxFeatures, maxDepth, minLeafWeight, criterion } = this.options;
    const columns = sortColumns(x);
    const limits = {
      maxDepth: maxDepth === 'unlimited' ? Infinity : maxDepth,
      minLeafWeight,
      minImpurityDecrease: 0,
      nCandidates: candidates(maxFeatures, x.columns, rows.task),
    };
    const random = randomSource(run?.seed ?? 0);
    const trees: Tree[] = [];
    for (let t = 0; t < nTrees; t++) {
      const own = random.stream(t);
      const drawn = drawCounts(weights, Math.max(1, Math.round(total)), own);
      const included = Uint8Array.from(drawn, (count) => (count > 0 ? 1 : 0));
      const measure = criterionFor(rows.task, y, drawn, criterion);
      trees.push(growTree(columns, included, measure, limits, own));
      await step(run, 'RandomForest', { stage: 'growing trees', done: t + 1, total: nTrees });
    }
    const diagnostics = { warnings: smallWeights('RandomForest', total, weights.length) };
    return makeModel(rows.task, trees, x.columns, diagnostics);
  }

  static restore(state: FittedState, _context: RestoreContext): ForestModel {
    const reader = new StateReader(state, RandomForest.id, 1);
    const task = readTask(state, reader);
    const nFeatures = reader.number('nFeatures', true);
    const nOutputs = task.kind === 'classification' ? task.classes.length : 1;
    const trees = readTrees(reader, RandomForest.id, nFeatures, nOutputs);
    return makeModel(task, trees, nFeatures, { warnings: [] });
  }
}

/** What fitted forests share. */
export abstract class ForestModel extends Model {
  readonly diagnostics: Diagnostics;
  readonly task: Task;
  readonly nFeatures: number;
  readonly trees: readonly Tree[];

  constructor(task: Task, trees: readonly Tree[], nFeatures: number, diagnostics: Diagnostics) {
    super();
    this.task = task;
    this.nFeatures = nFeatures;
    this.trees = trees;
    this.diagnostics = diagnostics;
  }

  /** The leaf of each row in each tree [rows, trees]: node numbers. */
  leaves(x: MatrixInput): DenseMatrix {
    const rows = toDense(checkRows('RandomForest', x, this.nFeatures));
    const leaves = denseMatrix(rows.rows, this.trees.length);
    this.trees.forEach((tree, t) => {
      for (let i = 0; i < rows.rows; i++) {
        leaves.data[i * this.trees.length + t] = leafOf(tree, rows, i);
      }
    });
    return leaves;
  }

  override toState(): FittedState {
    const nOutputs = this.task.kind === 'classification' ? this.task.classes.length : 1;
    return {
      id: RandomForest.id,
      version: 1,
      values: { classes: taskValue(this.task), nFeatures: this.nFeatures },
      arrays: treeArrays(this.trees, nOutputs),
      parts: {},
    };
  }

  /** The mean over trees of what their leaves hold [rows, outputs]. */
  protected async meanOfLeaves(x: MatrixInput, run?: RunOptions): Promise<DenseMatrix> {
    const rows = toDense(checkRows('RandomForest', x, this.nFeatures));
    const nOutputs = this.task.kind === 'classification' ? this.task.classes.length : 1;
    const sums = denseMatrix(rows.rows, nOutputs);
    for (const [t, tree] of this.trees.entries()) {
      for (let i = 0; i < rows.rows; i++) {
        const leaf = leafOf(tree, rows, i) * nOutputs;
        for (let c = 0; c < nOutputs; c++) sums.data[i * nOutputs + c] += tree.value[leaf + c];
      }
      const total = this.trees.length;
      await step(run, 'RandomForest', { stage: 'asking trees', done: t + 1, total });
    }
    for (let p = 0; p < sums.data.length; p++) sums.data[p] /= this.trees.length;
    return sums;
  }
}

/** A fitted classification forest. */
export class ForestClassifier extends ForestModel {
  override async predictEncoded(x: MatrixInput, run?: RunOptions): Promise<Float64Array> {
    return largestColumn(await this.meanOfLeaves(x, run));
  }

  override async predictProba(x: MatrixInput, run?: RunOptions): Promise<DenseMatrix> {
    return this.meanOfLeaves(x, run);
  }
}

/** A fitted regression forest. */
export class ForestRegression extends ForestModel {
  override async predictEncoded(x: MatrixInput, run?: RunOptions): Promise<Float64Array> {
    return (await this.meanOfLeaves(x, run)).data;
  }
}

function makeModel(
  task: Task,
  trees: readonly Tree[],
  nFeatures: number,
  diagnostics: Diagnostics,
): ForestModel {
  return task.kind === 'classification'
    ? new ForestClassifier(task, trees, nFeatures, diagnostics)
    : new ForestRegression(task, trees, nFeatures, diagnostics);
}

function candidates(maxFeatures: number | 'auto' | 'all', nFeatures: number, task: Task): number {
  if (maxFeatures === 'all') return nFeatures;
  if (maxFeatures !== 'auto') return Math.min(maxFeatures, nFeatures);
  const share = task.kind === 'classification' ? Math.sqrt(nFeatures) : nFeatures / 3;
  return Math.max(1, Math.floor(share));
}

// Beyond so many draws per row counts hardly differ from what is expected; so many are drawn and counted up.
const mostDraws = 64;

/** How often each row comes up in `total` draws with chances proportional to `weights`. */
function drawCounts(weights: Float64Array, total: number, random: RandomSource): Float64Array {
  const draws = Math.min(total, mostDraws * weights.length);
  const ends = new Float64Array(weights.length);
  let sum = 0;
  for (let i = 0; i < weights.length; i++) ends[i] = sum += weights[i];
  const counts = new Float64Array(weights.length);
  for (let k = 0; k < draws; k++) {
    const at = random.uniform() * sum;
    let low = 0;
    let high = ends.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle] > at) high = middle;
      else low = middle + 1;
    }
    counts[low] += total / draws;
  }
  return counts;
}
