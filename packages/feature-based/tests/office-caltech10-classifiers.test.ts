import {
  AdaptationRegularization,
  Coral,
  ManifoldEmbeddedAlignment,
} from '@graft-ml/feature-based';
import { LinearSvm, PrincipalComponents, RidgeClassifier, RowNormalizer } from '@graft-ml/learners';
import type { Learner, PlainProblem, TransferProblem } from '@graft-ml/core';
import { describeOffice, expectCount } from './support/office.js';

const small = ['WD', 'DW'];

describeOffice('classifiers, alone and adapted', (office) => {
  /** Labels of the target rows by what the source teaches. */
  async function labelsOf(learner: Learner, problem: PlainProblem | TransferProblem) {
    const model = await learner.fit({ ...problem, task: 'classification' } as PlainProblem);
    return model.predict(problem.target.x);
  }

  /** The pair with rows of unit length. */
  async function unitProblem(pair: string): Promise<TransferProblem> {
    return (await new RowNormalizer({ norm: 'l2' }).fit(office.problem(pair))).problem;
  }

  it('gives the expected accuracies of 1-NN between rows of unit length', async () => {
    for (const pair of small) {
      const { sources, target } = await unitProblem(pair);
      const count = await office.nearest(pair, sources[0]!.x, target.x);
      expectCount('real.surf.nn.l2', pair, count);
    }
  }, 300_000);

  it('gives the expected accuracies of 1-NN on joint principal components', async () => {
    const { linearAlgebra } = office;
    for (const pair of small) {
      const method = new PrincipalComponents({ nComponents: 20 }, { linearAlgebra });
      expectCount('real.surf.pca20', pair, await office.nearestAfter(pair, method));
    }
  }, 300_000);

  it('gives the expected accuracies of ridge and SVM, alone and after CORAL', async () => {
    const { linearAlgebra } = office;
    const problem = office.problem('DW');
    const svm = new LinearSvm({ regularization: 1, penalizeIntercept: true }, { linearAlgebra });
    const ridge = new RidgeClassifier({ regularization: 1 }, { linearAlgebra });
    const moved = (await new Coral({}, { linearAlgebra }).fit(problem)).problem;
    expectCount('real.surf.ridge', 'DW', office.matches('DW', await labelsOf(ridge, problem)));
    expectCount('real.surf.svm', 'DW', office.matches('DW', await labelsOf(svm, problem)));
    expectCount('real.surf.coral.svm', 'DW', office.matches('DW', await labelsOf(svm, moved)));
  }, 300_000);

  it.each(small)(
    'gives the expected accuracies of ARRLS in every round (%s)',
    async (pair) => {
      const { linearAlgebra } = office;
      const problem = await unitProblem(pair);
      for (const maxIterations of [1, 3]) {
        const method = new AdaptationRegularization({ gamma: 1, maxIterations }, { linearAlgebra });
        const { pseudoLabels } = await method.fit(problem);
        expectCount('real.surf.arrls', pair, office.matches(pair, pseudoLabels), maxIterations - 1);
      }
    },
    300_000,
  );

  it('gives the published accuracy of MEDA on W→D, 88.5', async () => {
    const { linearAlgebra } = office;
    const model = await new ManifoldEmbeddedAlignment({}, { linearAlgebra }).fit(
      office.problem('WD'),
    );
    const count = office.matches('WD', model.pseudoLabels);
    expect(((100 * count) / 157).toFixed(1)).toBe('88.5');
  }, 300_000);
});
