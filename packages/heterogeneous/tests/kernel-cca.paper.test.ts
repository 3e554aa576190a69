import type { PlainProblem } from '@graft-ml/core';
import { CcaMap, KernelCca, type KernelCcaOptions } from '@graft-ml/heterogeneous';
import { randomSource } from '@graft-ml/numerics';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import {
  centred,
  diagonal,
  gap,
  normalRows,
  product,
  toRows,
  transposed,
  type Rows,
} from './support/rows.js';

function problemOf(x: Rows, y: Rows): PlainProblem {
  return { source: { x }, target: { x: y }, pairs: { source: x, target: y } };
}

async function fitted(x: Rows, y: Rows, options: KernelCcaOptions) {
  return (await new KernelCca(options).fit(problemOf(x, y))).fitted;
}

/** Centred RBF kernel matrix, written out. */
function centredKernel(x: Rows, gamma: number): Rows {
  const k = x.map((a) =>
    x.map((b) => Math.exp(-gamma * a.reduce((s, v, j) => s + (v - b[j]!) ** 2, 0))),
  );
  const mean = k.map((row) => row.reduce((sum, v) => sum + v / x.length, 0));
  const all = mean.reduce((sum, v) => sum + v / x.length, 0);
  return k.map((row, i) => row.map((v, j) => v - mean[i]! - mean[j]! + all));
}

const random = randomSource(6);
const n = 20;
const x = normalRows(random, n, 3);
const y = x.map(([a, b]) => [
  a! * a! + 0.3 * random.normal(),
  Math.sin(b!) + 0.3 * random.normal(),
]);
const plain = { gammaSource: 0.3, gammaTarget: 0.5, regularization: 0.05, correlationPower: 0 };

describe('the formula', () => {
  it('meets the constraints and reaches the correlations', async () => {
    const map = await fitted(x, y, { ...plain, nComponents: 4 });
    const [a, b] = [toRows(map.sourceWeights), toRows(map.targetWeights)];
    const [ks, kt] = [centredKernel(x, 0.3), centredKernel(y, 0.5)];
    const constrained = (w: Rows, k: Rows) => {
      const scores = product(k, w);
      const [square, ridge] = [product(transposed(scores), scores), product(transposed(w), scores)];
      return square.map((row, i) =>
        row.map((v, j) => v / n + plain.regularization * ridge[i]![j]!),
      );
    };
    const unit = diagonal([1, 1, 1, 1]);
    expect(gap(constrained(a, ks), unit)).toBeLessThan(1e-9);
    expect(gap(constrained(b, kt), unit)).toBeLessThan(1e-9);
    const across = product(transposed(product(ks, a)), product(kt, b));
    const expected = diagonal(map.correlations);
    expect(
      gap(
        across.map((row) => row.map((v) => v / n)),
        expected,
      ),
    ).toBeLessThan(1e-9);
  });

  it('maps rows by their centred kernel values with the paired rows', async () => {
    const map = await fitted(x, y, { ...plain, nComponents: 4 });
    const scores = toRows(await map.transform(x, 'source'));
    expect(gap(scores, product(centredKernel(x, 0.3), toRows(map.sourceWeights)))).toBeLessThan(
      1e-11,
    );
  });
});

describe('limits', () => {
  it('is linear CCA with the linear kernel', async () => {
    const variance = (rows: Rows) =>
      centred(rows)
        .flat()
        .reduce((sum, v) => sum + v * v, 0) /
      rows.length /
      rows[0]!.length;
    // CcaMap measures its ridge in mean variances, this one in units of the kernel: equal variances make both the same.
    const ratio = Math.sqrt(variance(x) / variance(y));
    const scaled = y.map((row) => row.map((v) => ratio * v));
    const power = { correlationPower: 0 };
    const kernel = await fitted(x, scaled, {
      ...power,
      kernel: 'linear',
      regularization: 0.2 * variance(x),
    });
    const linear = (await new CcaMap({ ...power, regularization: 0.2 }).fit(problemOf(x, scaled)))
      .fitted;
    linear.correlations.forEach((rho, k) => expect(kernel.correlations[k]).toBeCloseTo(rho, 11));
    const [a, b] = [
      toRows(await kernel.transform(x, 'source')),
      toRows(await linear.transform(x, 'source')),
    ];
    const signs = a[0]!.map((v, k) => Math.sign(v * b[0]![k]!));
    expect(
      gap(
        a.map((row) => row.map((v, k) => v * signs[k]!)),
        b,
      ),
    ).toBeLessThan(1e-10);
  });

  it('shrinks correlations towards 0 as the ridge grows', async () => {
    const { correlations } = await fitted(x, y, { ...plain, regularization: 1e6 });
    expect(correlations[0]).toBeLessThan(1e-5);
  });
});

describeGolden('het.kcca', (golden) => {
  it('gives the reference correlations and scores', async () => {
    const [a, b] = [rowsOf(golden.inputs.X!), rowsOf(golden.inputs.Y!)];
    const size = a.length;
    const map = await fitted(a, b, {
      gammaSource: 0.2,
      gammaTarget: 0.3,
      nComponents: 2,
      regularization: 1 / size,
      correlationPower: 0,
    });
    // The reference asks for A'(K² + κK)A = I, this for n·I.
    const scores = async (rows: Rows, domain: 'source' | 'target') =>
      toRows(await map.transform(rows, domain))
        .flat()
        .map((value) => value / Math.sqrt(size));
    expectGolden(golden, 'correlations', map.correlations);
    expectGolden(golden, 'trainX', await scores(a, 'source'));
    expectGolden(golden, 'trainY', await scores(b, 'target'));
  });
});
