import type { Role, TransferProblem } from '@graft-ml/core';
import { sameFeatureSpace } from '@graft-ml/core';
import { namedStep, type StepRecipe, type Toolkit } from '@graft-ml/toolkit';

const shorthands: Readonly<Record<string, string>> = {
  logistic: 'learners/logistic-regression',
  ridge: 'learners/ridge-regression',
  centroid: 'learners/nearest-centroid',
  knn: 'learners/nearest-neighbours',
  '1nn': 'learners/nearest-neighbours:neighbours=1',
  l1: 'learners/row-normalizer:norm=l1',
  l2: 'learners/row-normalizer:norm=l2',
  zscore: 'learners/standardizer',
  pca: 'learners/principal-components',
};

/** The words `--learner` and `--preprocess` understand beside the names of methods. */
export const shorthandNames: readonly string[] = Object.keys(shorthands);

/** A step by shorthand, short name or id, with options: `1nn`, `standardizer:statistics=source`. */
export function stepNamed(toolkit: Toolkit, text: string): StepRecipe {
  const [name = '', ...settings] = text.split(':');
  const full = shorthands[name];
  return namedStep(toolkit, full === undefined ? text : [full, ...settings].join(':'));
}

const transferRoles: readonly Role[] = ['instance', 'feature', 'relational', 'mapper', 'parameter'];

/** Short names of every transfer method whose setting fits the problem. */
export function applicableRecipes(toolkit: Toolkit, problem: TransferProblem): string[] {
  const { sources, target, pairs } = problem;
  const homogeneous = sources.every((source) => sameFeatureSpace(source.features, target.features));
  const fitting = toolkit.methods.filter(({ setting }) => {
    if (!transferRoles.includes(setting.role) || !setting.tasks.includes(target.task.kind))
      return false;
    if (
      setting.features === 'same' ? !homogeneous : setting.features === 'different' && homogeneous
    )
      return false;
    if (setting.targetLabels === 'required' && !target.labelled) return false;
    if (setting.pairs === 'required' && !pairs) return false;
    return setting.sources === 'many' || sources.length === 1;
  });
  return fitting.map(({ id }) => id);
}
