import { SupportVectorRegression } from '@graft-ml/learners';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { groups, someWeights } from './support/samples.js';

describe('the formula of SupportVectorRegression', () => {
  it('has no duality gap: ε-insensitive loss plus penalty equals the dual', async () => {
    const { x, value } = groups(40, 2, 3);
    const w = someWeights(40, 4);
    const lambda = 0.4;
    const epsilon = 0.2;
    const learner = new SupportVectorRegression({
      regularization: lambda,
      epsilon,
      tolerance: 1e-10,
    });
    const model = await learner.fit({ x, y: value, weights: w });
    const { coefficients, intercepts, vectors } = model.expansion;
    const atVectors = await model.predictEncoded(vectors);
    const norm = coefficients.data.reduce((s, b, i) => s + b * (atVectors[i]! - intercepts[0]!), 0);
    const predictions = await model.predictEncoded(x);
    const loss = value.reduce(
      (s, v, i) => s + w[i]! * Math.max(0, Math.abs(v - predictions[i]!) - epsilon),
      0,
    );
    expect(norm / 2 + loss / lambda).toBeCloseTo(
      model.diagnostics.facts!['dualObjective'] as number,
      6,
    );
    expect(coefficients.data.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 10);
  });
});

describeGolden('learn.svr', (golden) => {
  it('agrees in predictions, intercept and dual objective', async () => {
    const { X, y, w, Z } = golden.inputs;
    const { C, epsilon, gamma } = golden.options as Record<string, number>;
    const learner = new SupportVectorRegression({
      regularization: 1 / C!,
      epsilon: epsilon!,
      gamma: gamma!,
      tolerance: 1e-9,
    });
    const model = await learner.fit({ x: rowsOf(X!), y: y!.data, weights: w!.data });
    expectGolden(golden, 'decision', await model.predictEncoded(rowsOf(Z!)));
    expectGolden(golden, 'bias', model.expansion.intercepts);
    expectGolden(golden, 'dualObjective', [model.diagnostics.facts!['dualObjective'] as number]);
  });
});
