import type { DenseMatrix } from '@graft-ml/core';

/** A binary decision tree as arrays over its nodes, in the order root, left subtree, right subtree. */
export interface Tree {
  /** The column a node asks about; −1 for a leaf. */
  readonly feature: Int32Array;
  /** Rows with `x[feature] ≤ threshold` go left; 0 for a leaf. */
  readonly threshold: Float64Array;
  /** Node number of the left child; −1 for a leaf. */
  readonly left: Int32Array;
  /** Node number of the right child; −1 for a leaf. */
  readonly right: Int32Array;
  /** Impurity of the training rows that came through. */
  readonly impurity: Float64Array;
  /** Their total weight. */
  readonly weight: Float64Array;
  /** [nodes, nOutputs]: their class shares, or their mean value. */
  readonly value: Float64Array;
  /** Number of classes, or 1 for a regression. */
  readonly nOutputs: number;
}

/** The leaf (a node number) that row `row` of `x` ends in. */
export function leafOf(tree: Tree, x: DenseMatrix, row: number): number {
  const { feature, threshold, left, right } = tree;
  const from = row * x.columns;
  let node = 0;
  while (feature[node] >= 0) {
    node = x.data[from + feature[node]] <= threshold[node] ? left[node] : right[node];
  }
  return node;
}

/** The leaf of every row [x.rows]. */
export function leavesOf(tree: Tree, x: DenseMatrix): Int32Array {
  const leaves = new Int32Array(x.rows);
  for (let i = 0; i < x.rows; i++) leaves[i] = leafOf(tree, x, i);
  return leaves;
}

/** The nodes row `row` of `x` passes, from the root to its leaf. */
export function pathOf(tree: Tree, x: DenseMatrix, row: number): number[] {
  const path = [0];
  for (let node = 0; tree.feature[node] >= 0; path.push(node)) {
    const value = x.data[row * x.columns + tree.feature[node]];
    node = value <= tree.threshold[node] ? tree.left[node] : tree.right[node];
  }
  return path;
}

/** Number of questions on the longest way from the root to a leaf. */
export function depthOf(tree: Tree): number {
  const depth = new Int32Array(tree.feature.length);
  let deepest = 0;
  for (let node = 0; node < depth.length; node++) {
    deepest = Math.max(deepest, depth[node]);
    if (tree.feature[node] < 0) continue;
    depth[tree.left[node]] = depth[node] + 1;
    depth[tree.right[node]] = depth[node] + 1;
  }
  return deepest;
}
