import { denseMatrix } from '@graft-ml/core';
import { LinearMonge, MongeAlignment } from '@graft-ml/feature-based';
import {
  columnMeans,
  covariance,
  referenceLinearAlgebra,
  symmetricPower,
} from '@graft-ml/numerics';
import { describeGolden, expectGolden } from '../../../tools/testing/golden.js';
import { largestGap, valuesOf } from './support/measure.js';

const linalg = referenceLinearAlgebra;
const one = [
  [0, 0],
  [2, 1],
  [1, 3],
  [-1, 2],
];
const two = [
  [5, 1],
  [9, 1],
  [6, -2],
];
const target = [
  [0, 9],
  [1, 4],
  [2, 7],
  [-3, 8],
  [0, 6],
];
const spreadOf = (x: number[][]) => covariance(linalg, denseOf(x), { ddof: 0 });

describe('the formula of multi-domain Monge alignment', () => {
  it('is the root mean of standard deviations in one dimension, by hand', async () => {
    // Deviations 1 and 3 meet at 2, means 1 and 13 at 7.
    const { problem } = await new MongeAlignment({ regularization: 1e-12 }).fit({
      sources: [{ x: [[0], [2]] }, { x: [[10], [16]] }],
      target: { x: [[100], [101]] },
    });
    for (const { x } of [...problem.sources, problem.target]) {
      expect(largestGap(valuesOf(x), [5, 9])).toBeLessThan(1e-5);
    }
  });

  it('gives every domain the mean and the covariance that solve the fixed-point equation', async () => {
    const method = new MongeAlignment({ reference: 'all', regularization: 1e-12 });
    const input = { sources: [{ x: one }, { x: two }], target: { x: target } };
    const { problem } = await method.fit(input);
    const reached = spreadOf(rowsOf(problem.sources[0]!.x));
    for (const { x } of [...problem.sources, problem.target]) {
      expect(largestGap(spreadOf(rowsOf(x)).data, reached.data)).toBeLessThan(1e-8);
    }
    const root = symmetricPower(linalg, reached, 0.5);
    const sum = denseMatrix(2, 2);
    for (const x of [one, two, target]) {
      const inner = linalg.multiply(linalg.multiply(root, spreadOf(x)), root);
      symmetricPower(linalg, inner, 0.5).data.forEach((value, p) => (sum.data[p]! += value / 3));
    }
    expect(largestGap(sum.data, reached.data)).toBeLessThan(1e-8);
    const means = [one, two, target].map((x) => columnMeans(denseOf(x)));
    const mean = [0, 1].map((j) => means.reduce((all, m) => all + m[j]! / 3, 0));
    expect(largestGap(columnMeans(problem.target.x), mean)).toBeLessThan(1e-9);
  });

  it('is the linear Monge map of each source where the reference is the target', async () => {
    const input = { sources: [{ x: one }, { x: two, weights: [1, 2, 1] }], target: { x: target } };
    const aligned = await new MongeAlignment({ reference: 'target' }).fit(input);
    const mapped = await new LinearMonge().fit(input);
    for (const k of [0, 1]) {
      const [a, b] = [aligned, mapped].map(({ problem }) => valuesOf(problem.sources[k]!.x));
      expect(largestGap(a!, b!)).toBeLessThan(1e-8);
    }
    expect(valuesOf(aligned.problem.target.x)).toEqual(Float64Array.from(target.flat()));
  });
});

describeGolden('ot.gaussianbarycenter', (golden) => {
  it('moves rows of three Gaussians to the barycentre', async () => {
    const { means } = golden.inputs;
    const weights = golden.options['weights'] as number[];
    // Weights in tenths, as so many copies of a source.
    const sources = weights.flatMap((weight, k) => {
      const spread = denseMatrix(3, 3, Float64Array.from(golden.inputs[`S${k}`]!.data));
      const x = rowsWith(means!.data.slice(3 * k, 3 * k + 3), spread);
      return Array.from({ length: Math.round(10 * weight) }, () => ({ x }));
    });
    const method = new MongeAlignment({ regularization: 1e-14 });
    const { problem } = await method.fit({ sources, target: sources[0]! });
    expectGolden(golden, 'mean', columnMeans(problem.sources[1]!.x));
    expectGolden(golden, 'covariance', spreadOf(rowsOf(problem.sources[1]!.x)).data);
  });
});

/** 2d rows m ± √d·(column of the root of C): their mean is m and their covariance C. */
function rowsWith(mean: readonly number[], c: ReturnType<typeof spreadOf>): number[][] {
  const root = symmetricPower(linalg, c, 0.5);
  const d = mean.length;
  return Array.from({ length: 2 * d }, (_, i) =>
    mean.map((m, j) => m + (i < d ? 1 : -1) * Math.sqrt(d) * root.data[j * d + (i % d)]!),
  );
}

function denseOf(x: number[][]) {
  return denseMatrix(x.length, x[0]!.length, Float64Array.from(x.flat()));
}

function rowsOf(x: Parameters<typeof valuesOf>[0]): number[][] {
  const values = valuesOf(x);
  const d = (x as { columns: number }).columns;
  return Array.from({ length: values.length / d }, (_, i) =>
    Array.from(values.subarray(i * d, (i + 1) * d)),
  );
}
