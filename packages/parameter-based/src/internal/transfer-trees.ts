import {
  type DenseMatrix,
  type Learner,
  prepareProblem,
  type ProblemInput,
  type Setting,
  step,
  type Task,
  toDense,
} from '@graft-ml/core';
import { ForestClassifier, type Origin, type Tree } from '@graft-ml/learners';
import { nClassesOf } from './losses.js';
import { missingClasses } from './missing-classes.js';
import { labelledTarget, type ParameterRun, sourceModelsOf } from './source-models.js';
import { TransferredForest } from './transferred-forest.js';
import { nodeOf, type TreeNode, treeOf, treesOf } from './tree-nodes.js';

/** The labelled target rows a tree is changed by. */
export interface TargetRows {
  readonly x: DenseMatrix;
  readonly y: Float64Array;
  readonly task: Task;
  readonly nClasses: number;
  /** All row numbers. */
  readonly all: readonly number[];
}

/** Changes every tree of the source models by the labelled target rows, one at a time. */
export async function transferTrees(
  method: Origin & { readonly setting: Setting },
  learner: Learner,
  change: (root: TreeNode, rows: TargetRows) => TreeNode | Promise<TreeNode>,
  input: ProblemInput,
  run: ParameterRun | undefined,
): Promise<TransferredForest> {
  const who = method.name;
  const problem = prepareProblem(method, input, run);
  const models = await sourceModelsOf(who, 'classification', problem, learner, run);
  const { task, rows } = labelledTarget(who, problem, models);
  const before = treesOf(who, models);
  const target: TargetRows = {
    x: toDense(rows.x),
    y: rows.y,
    task,
    nClasses: nClassesOf(task),
    all: Array.from(rows.y.keys()),
  };
  const after: Tree[] = [];
  for (const tree of before) {
    after.push(treeOf(await change(nodeOf(tree), target)));
    await step(run, who, { stage: 'changing trees', done: after.length, total: before.length });
  }
  const forest = new ForestClassifier(task, after, problem.target.x.columns, { warnings: [] });
  return new TransferredForest(method, forest, {
    warnings: missingClasses(rows, task),
    facts: {
      nodesBefore: before.map(({ feature }) => feature.length),
      nodesAfter: after.map(({ feature }) => feature.length),
    },
  });
}
