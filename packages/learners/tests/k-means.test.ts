import { kMeans } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { gap, groups, someWeights } from './support/samples.js';

describe('kMeans', () => {
  const { x } = groups(60, 3, 1);

  it('ends where every row is with its nearest centre and every centre is the mean of its rows', () => {
    const weights = someWeights(60, 2);
    const { centres, labels, inertia, converged } = kMeans(x, { nClusters: 4, weights });
    expect(converged).toBe(true);
    const square = (i: number, c: number) =>
      x[i]!.reduce((s, v, j) => s + (v - centres.data[3 * c + j]!) ** 2, 0);
    labels.forEach((label, i) => {
      for (let c = 0; c < 4; c++) expect(square(i, label)).toBeLessThanOrEqual(square(i, c));
    });
    for (let c = 0; c < 4; c++) {
      const own = [...x.keys()].filter((i) => labels[i] === c);
      const total = own.reduce((s, i) => s + weights[i]!, 0);
      for (let j = 0; j < 3; j++) {
        const mean = own.reduce((s, i) => s + weights[i]! * x[i]![j]!, 0) / total;
        expect(centres.data[3 * c + j]).toBeCloseTo(mean, 12);
      }
    }
    const sum = x.reduce((s, _, i) => s + weights[i]! * square(i, labels[i]!), 0);
    expect(inertia).toBeCloseTo(sum, 10);
  });

  it('does not mind the order of rows, nor copies in place of weights', () => {
    const order = randomSource(3).permutation(60);
    const straight = kMeans(x, { nClusters: 3, seed: 5 });
    const mixed = kMeans(
      Array.from(order, (i) => x[i]!),
      { nClusters: 3, seed: 5 },
    );
    expect(mixed.centres).toEqual(straight.centres);
    const weighted = kMeans(x, { nClusters: 3, weights: x.map((_, i) => (i < 5 ? 2 : 1)) });
    const copied = kMeans([...x, ...x.slice(0, 5)], { nClusters: 3 });
    expect(gap(weighted.centres.data, copied.centres.data)).toBeLessThan(1e-12);
  });

  it('gives a centre without rows to the row that is farthest from its own', () => {
    const { centres, converged } = kMeans([[0], [1], [10]], { nClusters: 2, start: [[0], [900]] });
    expect(converged).toBe(true);
    expect(Array.from(centres.data).sort((a, b) => a - b)).toEqual([0.5, 10]);
  });

  it('refuses more clusters than different rows, and a start of another size', () => {
    expect(() => kMeans([[1], [1], [2]], { nClusters: 3 })).toThrow(
      '"nClusters" must be a whole number from 1 to 2',
    );
    expect(() => kMeans(x, { nClusters: 2, start: [[1, 2, 3]] })).toThrow(
      '"start" must be 2 × 3; received 1 × 3.',
    );
  });
});

describeGolden('learn.kmeans', (golden) => {
  it('agrees from given centres', () => {
    const { X, init } = golden.inputs;
    const { centres, labels, inertia } = kMeans(rowsOf(X!), { nClusters: 3, start: rowsOf(init!) });
    expectGolden(golden, 'centers', centres.data);
    expectGolden(golden, 'labels', labels);
    expectGolden(golden, 'inertia', [inertia]);
  });
});
