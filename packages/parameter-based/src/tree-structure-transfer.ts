import type {
  FittedState,
  Learner,
  OptionSchema,
  ParameterStrategy,
  ProblemInput,
  RestoreContext,
  Setting,
} from '@graft-ml/core';
import { LearnerToken, resolveOptions } from '@graft-ml/core';
import { DecisionTree, RandomForest } from '@graft-ml/learners';
import type { ParameterRun } from './internal/source-models.js';
import { chooseThreshold } from './internal/structure-threshold.js';
import { type TargetRows, transferTrees } from './internal/transfer-trees.js';
import { restoreForest, type TransferredForest } from './internal/transferred-forest.js';
import { leafOfRows, sharesOfRows, splitRows, type TreeNode } from './internal/tree-nodes.js';

export type TreeStructureTransferOptions = Record<never, never>;

const schema: OptionSchema<TreeStructureTransferOptions> = {};

/** Keeps the features that source trees ask about and asks with thresholds of the target (STRUT).
 *
 * Setting   inductive: labelled target rows · any number of sources, or their trees or forests · same features and classes
 * Algorithm from the root down, with the labelled target rows that reach a node: the threshold is the one, halfway between
 *           neighbouring values, of largest DG among the local maxima of the information gain IG (its largest where it has none
 *           inside); a node becomes a leaf where the rows are of one class or have one value of its feature; where no row comes,
 *           a leaf of the source's shares
 * where     IG = H(t) − p_l·H(t_l) − p_r·H(t_r),   DG = 1 − p_l·JSD(s_l, t_l) − p_r·JSD(s_r, t_r)
 *           s, t: class shares of source and target left and right, p: shares of the target rows; natural logarithms,
 *           JSD(s, t) = ½·KL(s | m) + ½·KL(t | m) with m = (s + t) / 2
 * Predicts  the class of the largest mean, over trees, of the class shares in the leaf
 * Shapes    target.labelled.x [n, nFeatures], y [n] → class shares [rows, nClasses]
 * Assumes   the same features matter in the same order, in other units or at other levels, with similar class shares on each side.
 * Errors    UNSUPPORTED for source models without trees; INVALID_DATA without labelled target rows.
 * Warnings  CLASS_MISSING where a class has no labelled target row.
 * Paper     segev2017. Unlabelled target rows are not used.
 * Example   const model = await new TreeStructureTransfer().fit({ source, target: { x, labelled } });
 */
export class TreeStructureTransfer implements ParameterStrategy<TransferredForest> {
  static readonly id = 'parameter-based/tree-structure-transfer';
  static readonly summary = 'STRUT: asks the questions of source trees with target thresholds.';
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
  readonly options: TreeStructureTransferOptions;
  readonly #learner: Learner;

  /** `learner` makes the source models where none are handed in: {@link DecisionTree} (default) or {@link RandomForest}. */
  constructor(
    options?: TreeStructureTransferOptions,
    dependencies: { readonly learner?: Learner } = {},
  ) {
    this.options = resolveOptions('TreeStructureTransfer', schema, options);
    this.#learner = dependencies.learner ?? new DecisionTree();
  }

  async fit(input: ProblemInput, run?: ParameterRun): Promise<TransferredForest> {
    const change = (root: TreeNode, rows: TargetRows) => moved(root, rows, rows.all);
    return transferTrees(TreeStructureTransfer, this.#learner, change, input, run);
  }

  static restore(state: FittedState, context: RestoreContext): TransferredForest {
    return restoreForest(TreeStructureTransfer, state, context);
  }
}

/** The node and all below it with thresholds for the target rows at `indices`. */
function moved(node: TreeNode, rows: TargetRows, indices: readonly number[]): TreeNode {
  const { shares, weight, feature, children } = node;
  const { x, y, nClasses } = rows;
  if (indices.length === 0) return { feature: -1, threshold: 0, shares, weight };
  const leaf = leafOfRows(y, indices, nClasses);
  if (!children || leaf.shares.includes(1)) return leaf;
  const threshold = chooseThreshold(rows, indices, feature, [
    children[0].shares,
    children[1].shares,
  ]);
  if (threshold === undefined) return leaf;
  const [left, right] = splitRows(x, indices, feature, threshold);
  return {
    feature,
    threshold,
    ...sharesOfRows(y, indices, nClasses),
    children: [moved(children[0], rows, left), moved(children[1], rows, right)],
  };
}
