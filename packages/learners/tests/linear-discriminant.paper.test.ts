import { denseMatrix } from '@graft-ml/core';
import { LinearDiscriminant } from '@graft-ml/learners';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { classMeans, shrunkCovariance, withinRows } from '../src/internal/class-moments.js';
import { classRows } from '../src/internal/class-rows.js';
import { gap, groups, someWeights } from './support/samples.js';

describe('the formula of LinearDiscriminant', () => {
  it.each([0, 0.3])('gives the log odds of Gaussian classes at shrinkage %d', async (shrinkage) => {
    const { x } = groups(24, 2, 4);
    const y = x.map((_, i) => i % 2);
    const w = someWeights(24, 5);
    const model = await new LinearDiscriminant({ shrinkage }).fit({ x, y, weights: w });
    const total = w.reduce((a, b) => a + b, 0);
    const share = [0, 1].map((c) => w.reduce((s, v, i) => s + (y[i] === c ? v : 0), 0) / total);
    const m = [0, 1].map((c) =>
      [0, 1].map(
        (j) =>
          x.reduce((s, row, i) => s + (y[i] === c ? w[i]! * row[j]! : 0), 0) / (share[c]! * total),
      ),
    );
    const scatter = (a: number, b: number) =>
      x.reduce(
        (s, row, i) => s + w[i]! * (row[a]! - m[y[i]!]![a]!) * (row[b]! - m[y[i]!]![b]!),
        0,
      ) / total;
    const raise = (shrinkage * (scatter(0, 0) + scatter(1, 1))) / 2;
    const s = [
      [(1 - shrinkage) * scatter(0, 0) + raise, (1 - shrinkage) * scatter(0, 1)],
      [(1 - shrinkage) * scatter(1, 0), (1 - shrinkage) * scatter(1, 1) + raise],
    ];
    const det = s[0]![0]! * s[1]![1]! - s[0]![1]! * s[1]![0]!;
    const distance = (q: number[], c: number) => {
      const [a, b] = [q[0]! - m[c]![0]!, q[1]! - m[c]![1]!];
      return (s[1]![1]! * a * a - 2 * s[0]![1]! * a * b + s[0]![0]! * b * b) / det;
    };
    for (const q of x.slice(0, 4)) {
      const odds = (distance(q, 0) - distance(q, 1)) / 2 + Math.log(share[1]! / share[0]!);
      expect(model.scores([q]).data[0]).toBeCloseTo(odds, 10);
    }
  });
});

describeGolden('learn.lda', (golden) => {
  const { X, y, Z } = golden.inputs;
  it('agrees in coefficients, scores, probabilities and the discriminant plane', async () => {
    const model = await new LinearDiscriminant().fit({ x: rowsOf(X!), y: y!.data });
    expectGolden(golden, 'coef', model.coefficients.data);
    expectGolden(golden, 'intercept', model.intercepts);
    expectGolden(golden, 'decision', model.scores(rowsOf(Z!)).data);
    expectGolden(golden, 'proba', (await model.predictProba(rowsOf(Z!))).data);
    expectGolden(golden, 'explainedRatio', model.shares);
    const rows = classRows('test', { x: rowsOf(X!), y: y!.data });
    const scatter = withinRows(rows, classMeans(rows));
    const within = shrunkCovariance(referenceLinearAlgebra, scatter, rows.total, 0);
    expectGolden(golden, 'withinCovariance', within.data);
    const span = golden.outputs['discriminantSpan']!;
    const theirs = projector(denseMatrix(4, 2, Float64Array.from(span.data)));
    expect(gap(projector(model.axes), theirs)).toBeLessThan(1e-8);
  });
});

/** The orthogonal projector on the columns. */
function projector(columns: {
  rows: number;
  columns: number;
  data: Float64Array;
  format: 'dense';
}): Float64Array {
  const { q } = referenceLinearAlgebra.qr(columns);
  return referenceLinearAlgebra.multiply(q, q, { transposeB: true }).data;
}
