import { type Label, type Task } from '@graft-ml/core';
import { type Tree, TreeClassifier } from '@graft-ml/learners';
import type { GoldenCase } from '../../../../tools/testing/golden.js';

/** The source tree of a reference case. */
export function goldenTree(golden: GoldenCase, classes: readonly Label[]): TreeClassifier {
  const data = (name: string) => golden.inputs[name]!.data;
  const nodes = data('treeFeature').length;
  const tree: Tree = {
    feature: Int32Array.from(data('treeFeature')),
    threshold: Float64Array.from(data('treeThreshold')),
    left: Int32Array.from(data('treeLeft')),
    right: Int32Array.from(data('treeRight')),
    impurity: new Float64Array(nodes),
    weight: new Float64Array(nodes).fill(1),
    value: Float64Array.from(data('treeValue')),
    nOutputs: classes.length,
  };
  const task: Task = { kind: 'classification', classes };
  return new TreeClassifier(task, tree, 2);
}

/** The class of the largest share of every node. */
export function labelsOf({ nOutputs, value }: Tree): number[] {
  return Array.from({ length: value.length / nOutputs }, (_, k) => {
    const shares = value.subarray(k * nOutputs, (k + 1) * nOutputs);
    return shares.indexOf(Math.max(...shares));
  });
}
