import { denseMatrix, type DenseMatrix } from '@graft-ml/core';
import { harmonicLabels, spreadLabels } from '@graft-ml/learners';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { describeGolden, expectGolden } from '../../../tools/testing/golden.js';

/** A chain of `n` rows, each alike to its neighbours. */
function chain(n: number): DenseMatrix {
  const graph = denseMatrix(n, n);
  for (let i = 0; i + 1 < n; i++) graph.data[i * n + i + 1] = graph.data[(i + 1) * n + i] = 1;
  return graph;
}

describe('harmonicLabels', () => {
  it('falls linearly between the ends of a chain', () => {
    const { data } = harmonicLabels(chain(5), { rows: [0, 4], classes: [0, 1], nClasses: 2 });
    [3 / 4, 1 / 4, 1 / 2, 1 / 2, 1 / 4, 3 / 4].forEach((share, p) =>
      expect(data[p]).toBeCloseTo(share, 13),
    );
  });

  it('gives every row shares that sum to 1, with class masses too', () => {
    const known = { rows: [0, 1, 6], classes: [0, 0, 1], nClasses: 2 };
    for (const classMass of [false, true]) {
      const { data } = harmonicLabels(chain(7), known, { classMass });
      for (let p = 0; p < data.length; p += 2) expect(data[p]! + data[p + 1]!).toBeCloseTo(1, 13);
    }
  });

  it('says so where a part of the graph has no known row', () => {
    const known = { rows: [0], classes: [0], nClasses: 2 };
    expect(() => harmonicLabels(denseMatrix(3, 3), known)).toThrow('not positive definite');
  });
});

describe('spreadLabels', () => {
  it('is the limit of F ← α·S·F + Y', () => {
    const known = { rows: [0, 5], classes: [0, 1], nClasses: 2 };
    const graph = chain(6);
    const { data } = spreadLabels(graph, known, { alpha: 0.6 });
    const degree = [1, 2, 2, 2, 2, 1];
    let f = Array.from({ length: 6 }, () => [0, 0]);
    const y = f.map((row, i) => (i === 0 ? [1, 0] : i === 5 ? [0, 1] : row));
    for (let t = 0; t < 200; t++) {
      f = y.map((own, i) =>
        own.map(
          (v, c) =>
            v +
            0.6 *
              f.reduce(
                (s, row, j) =>
                  s + (graph.data[6 * i + j]! * row[c]!) / Math.sqrt(degree[i]! * degree[j]!),
                0,
              ),
        ),
      );
    }
    f.flat().forEach((v, p) => expect(data[p]).toBeCloseTo(v, 12));
  });
});

describeGolden('learn.harmonic', (golden) => {
  const { X, labels } = golden.inputs;
  const [n = 0, d = 0] = X!.shape;
  const x = denseMatrix(n, d, Float64Array.from(X!.data));
  const graph = referenceLinearAlgebra.kernelMatrix(
    { type: 'rbf', gamma: golden.options['gamma'] as number },
    x,
    x,
  );
  for (let i = 0; i < n; i++) graph.data[i * (n + 1)] = 0;
  const rows = [...labels!.data.keys()].filter((i) => labels!.data[i]! >= 0);
  const known = { rows, classes: rows.map((i) => labels!.data[i]!), nClasses: 2 };

  it('agrees in harmonic shares, class masses and spread labels', () => {
    expectGolden(golden, 'harmonic', harmonicLabels(graph, known).data);
    expectGolden(golden, 'classMass', harmonicLabels(graph, known, { classMass: true }).data);
    expectGolden(golden, 'labelSpreading', spreadLabels(graph, known, { alpha: 0.8 }).data);
  });
});
