// Every method of @graft-ml/instance-based as the bench runs it, and learners that their weights go to.
import { methodsOf } from '@graft-ml/core';
import * as instance from '@graft-ml/instance-based';
import { LogisticRegression, RidgeRegression, SupportVectorClassifier } from '@graft-ml/learners';
import { problemFor } from './problem.mjs';

/** What differs from `new Method({}, { linearAlgebra })` on numeric rows: dependencies by default have no engine. */
const special = {
  'black-box-shift': { needs: { learner: LogisticRegression } },
  'classifier-density-ratio': { needs: { classifier: LogisticRegression } },
  'em-prior-shift': { needs: { classifier: LogisticRegression } },
  'hybrid-instance-transfer': {
    needs: { learner: LogisticRegression, classifier: LogisticRegression },
  },
  'posterior-correction': { needs: { learner: LogisticRegression } },
  rlls: { needs: { learner: LogisticRegression } },
  'tradaboost-r2': { needs: { learner: RidgeRegression } },
  'two-stage-tradaboost-r2': { needs: { learner: RidgeRegression } },
  'multi-source-tradaboost': { sources: 'three' },
  'smote-nc': { kinds: 'mixed' },
  'smote-n': { kinds: 'categorical' },
};

const learners = {
  'weighted logistic': LogisticRegression,
  'weighted svm': SupportVectorClassifier,
};

/** Names as the table has them, in the order of the package, then the learners. */
export function methodNames() {
  return [...Object.keys(methods()), ...Object.keys(learners)];
}

/** What fits the method called `name`, and where the outcome is a model predicts the target with it. */
export function prepareMethod(name, rows, linearAlgebra) {
  if (name in learners) {
    const learner = new learners[name]({}, { linearAlgebra });
    const weights = rows.source.value.map((value) => 0.2 + Math.abs(value));
    const data = { x: rows.source.x, y: rows.source.y, weights, task: 'classification' };
    return async () => (await learner.fit(data)).predictEncoded(rows.target.x);
  }
  const Method = methods()[name];
  const { needs = {}, sources, kinds } = special[name] ?? {};
  const made = Object.entries(needs).map(([key, Learner]) => [
    key,
    new Learner({}, { linearAlgebra }),
  ]);
  const method = new Method({}, { linearAlgebra, ...Object.fromEntries(made) });
  const setting = { ...Method.setting, ...(sources ? { sources } : {}) };
  const problem = problemFor(setting, rows, kinds);
  return async () => {
    const outcome = await method.fit(problem);
    if (method.produces === 'model') await outcome.predictEncoded(problem.target.x);
  };
}

function methods() {
  return Object.fromEntries(
    methodsOf(instance).map((Method) => [Method.id.replace(/^.*\//, ''), Method]),
  );
}
