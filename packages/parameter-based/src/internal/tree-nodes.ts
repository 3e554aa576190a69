import { type DenseMatrix, type Model, TransferError } from '@graft-ml/core';
import { ForestClassifier, type Tree, TreeClassifier } from '@graft-ml/learners';

/** A node of a classification tree, with all below it. */
export interface TreeNode {
  /** The column it asks about; −1 for a leaf. */
  readonly feature: number;
  /** Rows with `x[feature] ≤ threshold` go left. */
  readonly threshold: number;
  readonly children?: readonly [TreeNode, TreeNode];
  /** Class shares. */
  readonly shares: Float64Array;
  readonly weight: number;
}

/** The trees of source models, each a decision tree or a random forest. Errors: `UNSUPPORTED` for another model. */
export function treesOf(who: string, models: readonly Model[]): readonly Tree[] {
  return models.flatMap((model) => {
    if (model instanceof TreeClassifier) return [model.tree];
    if (model instanceof ForestClassifier) return [...model.trees];
    throw new TransferError({
      code: 'UNSUPPORTED',
      who,
      message: `works on the questions of trees, but a source model (${model.constructor.name}) has none. Use DecisionTree or RandomForest.`,
      details: { capability: 'tree', received: model.constructor.name },
    });
  });
}

/** The node `number` of a tree with all below it. */
export function nodeOf(tree: Tree, number = 0): TreeNode {
  const { nOutputs } = tree;
  const own = {
    feature: tree.feature[number],
    threshold: tree.threshold[number],
    shares: tree.value.slice(number * nOutputs, (number + 1) * nOutputs),
    weight: tree.weight[number],
  };
  if (own.feature < 0) return own;
  return { ...own, children: [nodeOf(tree, tree.left[number]), nodeOf(tree, tree.right[number])] };
}

/** The tree below and with a node, as arrays in the order root, left subtree, right subtree. */
export function treeOf(root: TreeNode): Tree {
  const nodes: TreeNode[] = [];
  const left: number[] = [];
  const right: number[] = [];
  const add = (node: TreeNode): number => {
    const number = nodes.push(node) - 1;
    left.push(-1);
    right.push(-1);
    if (node.children) {
      left[number] = add(node.children[0]);
      right[number] = add(node.children[1]);
    }
    return number;
  };
  add(root);
  const nOutputs = root.shares.length;
  const value = new Float64Array(nodes.length * nOutputs);
  nodes.forEach(({ shares }, k) => value.set(shares, k * nOutputs));
  return {
    feature: Int32Array.from(nodes, ({ feature }) => feature),
    threshold: Float64Array.from(nodes, ({ threshold }) => threshold),
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    impurity: Float64Array.from(nodes, ({ shares }) => gini(shares)),
    weight: Float64Array.from(nodes, ({ weight }) => weight),
    value,
    nOutputs,
  };
}

/** A leaf that holds the class shares of the rows at `indices`. */
export function leafOfRows(
  y: Float64Array,
  indices: readonly number[],
  nClasses: number,
): TreeNode {
  return { feature: -1, threshold: 0, ...sharesOfRows(y, indices, nClasses) };
}

export function sharesOfRows(y: Float64Array, indices: readonly number[], nClasses: number) {
  const counts = new Float64Array(nClasses);
  for (const i of indices) counts[y[i]]++;
  return { shares: counts.map((count) => count / indices.length), weight: indices.length };
}

/** The rows that answer a node's question with yes, and those that answer with no. */
export function splitRows(
  x: DenseMatrix,
  indices: readonly number[],
  feature: number,
  threshold: number,
): readonly [readonly number[], readonly number[]] {
  const goesLeft = (i: number) => x.data[i * x.columns + feature] <= threshold;
  return [indices.filter(goesLeft), indices.filter((i) => !goesLeft(i))];
}

/** How many of the rows a node and those below it label wrong, each leaf by its largest share. */
export function errorsOf(
  node: TreeNode,
  x: DenseMatrix,
  y: Float64Array,
  indices: readonly number[],
): number {
  if (!node.children) {
    const label = node.shares.indexOf(Math.max(...node.shares));
    return indices.filter((i) => y[i] !== label).length;
  }
  const [left, right] = splitRows(x, indices, node.feature, node.threshold);
  return errorsOf(node.children[0], x, y, left) + errorsOf(node.children[1], x, y, right);
}

function gini(shares: Float64Array): number {
  return 1 - shares.reduce((sum, share) => sum + share * share, 0);
}
