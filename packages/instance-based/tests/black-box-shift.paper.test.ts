import { denseMatrix } from '@graft-ml/core';
import { BlackBoxShift } from '@graft-ml/instance-based';
import { NearestCentroid } from '@graft-ml/learners';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { describeGolden, expectGolden } from '../../../tools/testing/golden.js';
import { clippedWeights, confusionOf, surplus } from '../src/internal/label-shift.js';
import { solveRegularizedShift } from '../src/internal/regularized-shift.js';
import { largestGap } from './support/measure.js';

describe('the formula of BBSE', () => {
  it('solves C·w = μ for the predictions of the learner', async () => {
    const source = { x: [[0], [1], [2], [2.2], [3], [0.4]], y: ['p', 'p', 'p', 'q', 'q', 'q'] };
    const target = { x: [[0], [0.1], [0.2], [3]] };
    const strategy = new BlackBoxShift({ nFolds: 1 }, { learner: new NearestCentroid() });
    const { fitted } = await strategy.fit({ source, target });
    // Centroids 1 and 1.87: two of three p's and two of three q's are right, three of four target rows are called p.
    const confusion = [
      [2 / 6, 1 / 6],
      [1 / 6, 2 / 6],
    ];
    const mu = [3 / 4, 1 / 4];
    const weights = fitted.diagnostics.facts!['unclippedWeights'] as number[][];
    const [p = 0, q = 0] = weights[0]!;
    confusion.forEach(([a = 0, b = 0], i) => expect(a * p + b * q).toBeCloseTo(mu[i]!, 12));
    expect([p, q]).toEqual([expect.closeTo(2.5, 12), expect.closeTo(-0.5, 12)]);
    expect(fitted.diagnostics.facts!['classWeights']).toEqual([[expect.closeTo(2.5, 12), 0]]);
  });
});

describeGolden('inst.bbse', (golden) => {
  const oneHot = (name: string) => {
    const { data } = golden.inputs[name]!;
    const said = denseMatrix(data.length, 3);
    data.forEach((c, i) => (said.data[3 * i + c] = 1));
    return said;
  };
  const y = Float64Array.from(golden.inputs['ySource']!.data);
  const task = { kind: 'classification', classes: [0, 1, 2] } as const;
  const features = { names: [], kinds: [] };
  const source = { name: 'source', features, task, x: denseMatrix(y.length, 0), y };
  const said = { source: oneHot('predSource'), target: oneHot('predTarget') };
  const { confusion, mu } = confusionOf(said, source);
  const prior = Float64Array.from(
    [0, 1, 2],
    (c) => y.filter((label) => label === c).length / y.length,
  );

  it('gives the same confusion matrix, weights and target shares', () => {
    expectGolden(golden, 'confusion', confusion.data);
    expectGolden(golden, 'mu', mu);
    const { x } = referenceLinearAlgebra.leastSquares(confusion, surplus(confusion, mu));
    expectGolden(
      golden,
      'weights',
      x.data.map((value) => 1 + value),
    );
    const clipped = clippedWeights(x.data, prior);
    expectGolden(golden, 'weightsClipped', clipped);
    const shares = clipped.map((weight, c) => weight * prior[c]!);
    const sum = shares.reduce((a, b) => a + b);
    expectGolden(
      golden,
      'priorTarget',
      shares.map((share) => share / sum),
    );
    expect(largestGap([sum], [1])).toBeLessThan(1e-12);
  });

  it('gives the same regularized weights', () => {
    const theta = solveRegularizedShift(referenceLinearAlgebra, confusion, mu, 0.01);
    expectGolden(
      golden,
      'rlls',
      theta.map((value) => 1 + value),
    );
  });
});
