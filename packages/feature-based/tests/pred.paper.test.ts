import { PredictionFeature } from '@graft-ml/feature-based';
import {
  type LinearRegressionModel,
  LogisticRegression,
  RidgeRegression,
} from '@graft-ml/learners';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { largestGap, valuesOf } from './support/measure.js';

describe('the formula of PRED', () => {
  it('learns g on (x, f(x)) of the labelled target rows, put together by hand', async () => {
    const source = { x: [[0], [1], [2], [3]], y: ['no', 'no', 'yes', 'yes'] };
    const labelled = { x: [[0.5], [1.5], [2.5], [3.5]], y: ['no', 'no', 'no', 'yes'] };
    const model = await new PredictionFeature().fit({ source, target: { x: [[1]], labelled } });
    const learner = new LogisticRegression();
    const f = await learner.fit(source);
    const shares = valuesOf(await f.predictProba(labelled.x));
    const together = labelled.x.map(([x], i) => [x!, shares[2 * i + 1]!]);
    const g = await learner.fit({ x: together, y: labelled.y });
    const both = (await model.augment([[1.2]])) as { data: Float64Array };
    expect(
      largestGap(
        valuesOf(await model.predictProba!([[1.2]])),
        valuesOf(await g.predictProba([Array.from(both.data)])),
      ),
    ).toBeLessThan(1e-9);
  });
});

describeGolden('feat.pred', (golden) => {
  it('gives the source prediction, coefficients and predictions of two ridge regressions', async () => {
    const input = (name: string) => rowsOf(golden.inputs[name]!);
    const values = (name: string) => Array.from(golden.inputs[name]!.data);
    const learner = new RidgeRegression({ regularization: golden.options['alpha'] as number });
    const model = await new PredictionFeature({}, { learner }).fit({
      source: { x: input('Xs'), y: values('ys') },
      target: { x: input('Xnew'), labelled: { x: input('Xt'), y: values('yt') } },
      task: 'regression',
    });
    const predictions = await model.sources[0]!.predictEncoded(input('Xnew'));
    expectGolden(golden, 'sourcePrediction', predictions);
    const { coefficients, intercepts } = model.model as LinearRegressionModel;
    expectGolden(golden, 'coef', coefficients.data);
    expectGolden(golden, 'intercept', intercepts);
    expectGolden(golden, 'prediction', await model.predictEncoded(input('Xnew')));
  });
});
