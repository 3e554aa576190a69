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
  toDense,
  trainingRows,
} from '@graft-ml/core';
import { randomSource } from '@graft-ml/numerics';
import { largestColumn } from './internal/class-choice.js';
import { readTask, taskValue } from './internal/task-state.js';
import { criterionFor } from './tree/criterion.js';
import { growTree } from './tree/grow-tree.js';
import { sortColumns } from './tree/sorted-columns.js';
import { readTrees, treeArrays } from './tree/tree-state.js';
import { leafOf, leavesOf, pathOf, type Tree } from './tree/tree.js';

export interface DecisionTreeOptions {
  /** Questions on a path: a whole number ≥ 1, or `'unlimited'` (default). Fewer make a simpler tree. */
  readonly maxDepth?: number | 'unlimited';
  /** Least total weight of the rows of a leaf. In [0, ∞), default 0. More smooth more. */
  readonly minLeafWeight?: number;
  /** Least impurity a question must save, times the node's share of the weight. In [0, ∞), default 0. More make a smaller tree. */
  readonly minImpurityDecrease?: number;
  /** How mixed classes are measured: `'gini'` (default) or `'entropy'`. Regression uses the variance. */
  readonly criterion?: 'gini' | 'entropy';
}

const schema: OptionSchema<DecisionTreeOptions> = {
  maxDepth: {
    type: 'integer',
    atLeast: 1,
    words: ['unlimited'],
    default: 'unlimited',
    description: 'How many questions a path may have.',
    effect: 'Fewer make a simpler tree.',
  },
  minLeafWeight: {
    type: 'number',
    atLeast: 0,
    default: 0,
    description: 'Least total weight of the rows of a leaf.',
    effect: 'More smooth more.',
  },
  minImpurityDecrease: {
    type: 'number',
    atLeast: 0,
    default: 0,
    description: "Least impurity a question must save, times the node's share of the weight.",
    effect: 'More make a smaller tree.',
  },
  criterion: {
    type: 'choice',
    values: ['gini', 'entropy'],
    default: 'gini',
    description: 'How mixed classes are measured; regression uses the variance.',
  },
};

/** A tree of questions `x[feature] ≤ threshold`, grown greedily (CART).
 *
 * Setting   learner · classification and regression · row weights count as copies
 * Solves    at each node max over (feature, threshold) of  i(node) − (W_l·i(left) + W_r·i(right)) / W_node
 * where     i: gini 1 − Σ p², entropy −Σ p·log₂ p, variance Σ w(y − m)² / W; thresholds halfway between neighbouring values
 * Shapes    x [n, nFeatures], y [n] → class shares or the mean of the leaf; sparse rows are made dense
 * Ties      the first feature, then the lowest threshold
 * Assumes   steps along single features. A full tree learns noise by heart: limit it, or use a forest.
 * Paper     breiman1984. Grown until leaves are pure; no pruning.
 * Example   const model = await new DecisionTree({ maxDepth: 3 }).fit({ x, y });
 */
export class DecisionTree implements Learner<TreeModel> {
  static readonly id = 'learners/decision-tree';
  static readonly summary = 'CART: a tree of questions about single features.';
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
  readonly options: Required<DecisionTreeOptions>;

  constructor(options?: DecisionTreeOptions) {
    this.options = resolveOptions('DecisionTree', schema, options);
  }

  async fit(data: ProblemInput | LabelledInput, run?: RunOptions): Promise<TreeModel> {
    checkAborted(run, 'DecisionTree');
    const { task, x, y, weights } = trainingRows('DecisionTree', data, DecisionTree.setting.tasks);
    const { maxDepth, minLeafWeight, minImpurityDecrease, criterion } = this.options;
    const given = weights ?? new Float64Array(x.rows).fill(1);
    const tree = growTree(
      sortColumns(toDense(x)),
      Uint8Array.from(given, (weight) => (weight > 0 ? 1 : 0)),
      criterionFor(task, y, given, criterion),
      {
        maxDepth: maxDepth === 'unlimited' ? Infinity : maxDepth,
        minLeafWeight,
        minImpurityDecrease,
        nCandidates: x.columns,
      },
      randomSource(run?.seed ?? 0),
    );
    return makeModel(task, tree, x.columns);
  }

  static restore(state: FittedState, _context: RestoreContext): TreeModel {
    const reader = new StateReader(state, DecisionTree.id, 1);
    const task = readTask(state, reader);
    const nFeatures = reader.number('nFeatures', true);
    const nOutputs = task.kind === 'classification' ? task.classes.length : 1;
    const [tree] = readTrees(reader, DecisionTree.id, nFeatures, nOutputs);
    return makeModel(task, tree, nFeatures);
  }
}

/** What fitted trees share: the tree, and where rows end in it. */
export abstract class TreeModel extends Model {
  readonly diagnostics: Diagnostics = { warnings: [] };
  readonly task: Task;
  readonly nFeatures: number;
  readonly tree: Tree;

  constructor(task: Task, tree: Tree, nFeatures: number) {
    super();
    this.task = task;
    this.nFeatures = nFeatures;
    this.tree = tree;
  }

  /** The leaf (a node number of {@link tree}) each row ends in. */
  leaves(x: MatrixInput): Int32Array {
    return leavesOf(this.tree, this.rowsOf(x));
  }

  /** The nodes each row passes, from the root to its leaf. */
  paths(x: MatrixInput): number[][] {
    const rows = this.rowsOf(x);
    return Array.from({ length: rows.rows }, (_, i) => pathOf(this.tree, rows, i));
  }

  override toState(): FittedState {
    return {
      id: DecisionTree.id,
      version: 1,
      values: { classes: taskValue(this.task), nFeatures: this.nFeatures },
      arrays: treeArrays([this.tree], this.tree.nOutputs),
      parts: {},
    };
  }

  protected rowsOf(x: MatrixInput): DenseMatrix {
    return toDense(checkRows('DecisionTree', x, this.nFeatures));
  }
}

/** A fitted classification tree; probabilities are the class shares of the leaf. */
export class TreeClassifier extends TreeModel {
  override async predictEncoded(x: MatrixInput, run?: RunOptions): Promise<Float64Array> {
    return largestColumn(await this.predictProba(x, run));
  }

  override async predictProba(x: MatrixInput, _run?: RunOptions): Promise<DenseMatrix> {
    const rows = this.rowsOf(x);
    const { value, nOutputs } = this.tree;
    const shares = denseMatrix(rows.rows, nOutputs);
    for (let i = 0; i < rows.rows; i++) {
      const leaf = leafOf(this.tree, rows, i);
      for (let c = 0; c < nOutputs; c++) {
        shares.data[i * nOutputs + c] = value[leaf * nOutputs + c];
      }
    }
    return shares;
  }
}

/** A fitted regression tree; it predicts the mean of the leaf. */
export class TreeRegression extends TreeModel {
  override async predictEncoded(x: MatrixInput, _run?: RunOptions): Promise<Float64Array> {
    return Float64Array.from(this.leaves(x), (leaf) => this.tree.value[leaf]);
  }
}

function makeModel(task: Task, tree: Tree, nFeatures: number): TreeModel {
  return task.kind === 'classification'
    ? new TreeClassifier(task, tree, nFeatures)
    : new TreeRegression(task, tree, nFeatures);
}
