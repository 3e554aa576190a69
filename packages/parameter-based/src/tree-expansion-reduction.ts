import type {
  FittedState,
  Learner,
  OptionSchema,
  ParameterStrategy,
  ProblemInput,
  RestoreContext,
  Setting,
} from '@graft-ml/core';
import { decodeLabels, LearnerToken, resolveOptions, selectRows } from '@graft-ml/core';
import { DecisionTree, RandomForest } from '@graft-ml/learners';
import type { ParameterRun } from './internal/source-models.js';
import { type TargetRows, transferTrees } from './internal/transfer-trees.js';
import { restoreForest, type TransferredForest } from './internal/transferred-forest.js';
import {
  errorsOf,
  leafOfRows,
  nodeOf,
  sharesOfRows,
  splitRows,
  type TreeNode,
} from './internal/tree-nodes.js';

export interface TreeExpansionReductionOptions {
  /** Whether subtrees that label the target rows no better than a leaf are cut back. Default true; false keeps all questions of the source. */
  readonly reduce?: boolean;
}

const schema: OptionSchema<TreeExpansionReductionOptions> = {
  reduce: {
    type: 'boolean',
    default: true,
    description: 'Whether subtrees that label target rows no better than a leaf are cut back.',
  },
};

/** Grows the leaves of source trees with the labelled target rows, and cuts back what these do not need (SER).
 *
 * Setting   inductive: labelled target rows · any number of sources, or their trees or forests · same features and classes
 * Algorithm expansion: a leaf that target rows reach is replaced by a CART tree grown on them until its leaves are pure;
 *           reduction, from below: a question of the source becomes a leaf of the target rows that reach it where that leaf makes
 *           no more errors on them than all below it; questions that no target row reaches stay
 * Predicts  the class of the largest mean, over trees, of the class shares in the leaf
 * Shapes    target.labelled.x [n, nFeatures], y [n] → class shares [rows, nClasses]
 * Assumes   the source asks the right questions up to a depth, and target rows are few where it does not.
 * Errors    UNSUPPORTED for source models without trees; INVALID_DATA without labelled target rows.
 * Warnings  CLASS_MISSING where a class has no labelled target row.
 * Paper     segev2017. Unlabelled target rows are not used.
 * Example   const model = await new TreeExpansionReduction().fit({ source, target: { x, labelled } });
 */
export class TreeExpansionReduction implements ParameterStrategy<TransferredForest> {
  static readonly id = 'parameter-based/tree-expansion-reduction';
  static readonly summary = 'SER: grows and cuts back source trees by labelled target rows.';
  static readonly setting: Setting = {
    role: 'parameter',
    features: 'same',
    sources: 'many',
    sourceLabels: 'optional',
    targetLabels: 'required',
    pairs: 'unused',
    tasks: ['classification'],
    corrects: 'conditional',
    sparse: 'made dense',
  };
  static readonly schema = schema;
  static readonly needs = { learner: LearnerToken };
  /** Methods whose models its own contain. */
  static readonly parts = [RandomForest];

  readonly produces = 'model';
  readonly options: Required<TreeExpansionReductionOptions>;
  readonly #learner: Learner;

  /** `learner` makes the source models where none are handed in: {@link DecisionTree} (default) or {@link RandomForest}. */
  constructor(
    options?: TreeExpansionReductionOptions,
    dependencies: { readonly learner?: Learner } = {},
  ) {
    this.options = resolveOptions('TreeExpansionReduction', schema, options);
    this.#learner = dependencies.learner ?? new DecisionTree();
  }

  async fit(input: ProblemInput, run?: ParameterRun): Promise<TransferredForest> {
    const { reduce } = this.options;
    const change = (root: TreeNode, rows: TargetRows) => expand(root, rows, rows.all, reduce);
    return transferTrees(TreeExpansionReduction, this.#learner, change, input, run);
  }

  static restore(state: FittedState, context: RestoreContext): TransferredForest {
    return restoreForest(TreeExpansionReduction, state, context);
  }
}

/** The node expanded and, on the way back up, reduced by the target rows at `indices`. */
async function expand(
  node: TreeNode,
  rows: TargetRows,
  indices: readonly number[],
  reduce: boolean,
): Promise<TreeNode> {
  if (indices.length === 0) return node;
  const { x, y, nClasses } = rows;
  if (!node.children) return grown(rows, indices);
  const [left, right] = splitRows(x, indices, node.feature, node.threshold);
  const changed: TreeNode = {
    ...node,
    ...sharesOfRows(y, indices, nClasses),
    children: [
      await expand(node.children[0], rows, left, reduce),
      await expand(node.children[1], rows, right, reduce),
    ],
  };
  if (!reduce) return changed;
  const leaf = leafOfRows(y, indices, nClasses);
  return errorsOf(leaf, x, y, indices) <= errorsOf(changed, x, y, indices) ? leaf : changed;
}

async function grown({ task, x, y }: TargetRows, indices: readonly number[]): Promise<TreeNode> {
  const labels = decodeLabels(
    task,
    Float64Array.from(indices, (i) => y[i]),
  );
  const { tree } = await new DecisionTree().fit({ x: selectRows(x, indices), y: labels, task });
  return nodeOf(tree);
}
