import { type StateArray, type StateReader, TransferError } from '@graft-ml/core';
import type { Tree } from './tree.js';

/** The arrays that hold trees with `nOutputs` outputs, one tree after the other. */
export function treeArrays(trees: readonly Tree[], nOutputs: number): Record<string, StateArray> {
  const sizes = trees.map(({ feature }) => feature.length);
  const nodes = sizes.reduce((sum, size) => sum + size, 0);
  const column = (of: (tree: Tree) => ArrayLike<number>): StateArray => {
    const data = new Float64Array(nodes);
    let at = 0;
    for (const tree of trees) {
      data.set(of(tree), at);
      at += tree.feature.length;
    }
    return { shape: [nodes], data };
  };
  const value = new Float64Array(nodes * nOutputs);
  let at = 0;
  for (const tree of trees) {
    value.set(tree.value, at);
    at += tree.value.length;
  }
  return {
    sizes: { shape: [trees.length], data: Float64Array.from(sizes) },
    feature: column((tree) => tree.feature),
    threshold: column((tree) => tree.threshold),
    left: column((tree) => tree.left),
    right: column((tree) => tree.right),
    impurity: column((tree) => tree.impurity),
    weight: column((tree) => tree.weight),
    value: { shape: [nodes, nOutputs], data: value },
  };
}

/** Reads what {@link treeArrays} wrote. Errors: `INVALID_ARTEFACT`, also for a tree with a loop or a column that does not exist. */
export function readTrees(
  reader: StateReader,
  who: string,
  nFeatures: number,
  nOutputs: number,
): Tree[] {
  const sizes = reader.array('sizes', -1);
  const nodes = sizes.reduce((sum, size) => sum + size, 0);
  const column = (name: string) => reader.array(name, nodes);
  const feature = column('feature');
  const threshold = column('threshold');
  const left = column('left');
  const right = column('right');
  const impurity = column('impurity');
  const weight = column('weight');
  const value = reader.array('value', nodes, nOutputs);
  let from = 0;
  return Array.from(sizes, (size) => {
    const to = from + size;
    const tree: Tree = {
      feature: Int32Array.from(feature.subarray(from, to)),
      threshold: threshold.slice(from, to),
      left: Int32Array.from(left.subarray(from, to)),
      right: Int32Array.from(right.subarray(from, to)),
      impurity: impurity.slice(from, to),
      weight: weight.slice(from, to),
      value: value.slice(from * nOutputs, to * nOutputs),
      nOutputs,
    };
    from = to;
    if (!isSound(tree, nFeatures)) {
      throw new TransferError({
        code: 'INVALID_ARTEFACT',
        who,
        message: 'cannot be read back: the nodes do not form a tree.',
      });
    }
    return tree;
  });
}

/** Children come after their parent, so no walk down can turn in a circle. */
function isSound({ feature, left, right }: Tree, nFeatures: number): boolean {
  if (feature.length === 0) return false;
  for (let node = 0; node < feature.length; node++) {
    if (feature[node] < 0) continue;
    if (feature[node] >= nFeatures) return false;
    for (const child of [left[node], right[node]]) {
      if (!(child > node && child < feature.length)) return false;
    }
  }
  return true;
}
