import { type DenseMatrix, denseMatrix } from '@graft-ml/core';
import { type TcaOptions, TransferComponentAnalysis } from '@graft-ml/feature-based';
import { randomSource, referenceLinearAlgebra } from '@graft-ml/numerics';
import {
  describeGolden,
  expectGolden,
  type GoldenCase,
  rowsOf,
} from '../../../tools/testing/golden.js';
import { largestGap, valuesOf } from './support/measure.js';

const { multiply, kernelMatrix, eigenGeneralized, solve } = referenceLinearAlgebra;

describe('the formula of TCA', () => {
  const random = randomSource(4);
  const rows = (n: number, shift: number) =>
    Array.from({ length: n }, () => [
      random.normal() + shift,
      random.normal(),
      2 * random.normal(),
    ]);
  const [xs, xt] = [rows(7, 0), rows(5, 1)];
  const x = denseMatrix(12, 3, Float64Array.from([...xs, ...xt].flat()));
  const h = square(12, (i, j) => (i === j ? 1 : 0) - 1 / 12);
  const l = square(12, (i, j) => (i < 7 ? 1 / 7 : -1 / 5) * (j < 7 ? 1 / 7 : -1 / 5));
  const k = kernelMatrix({ type: 'rbf', gamma: 0.3 }, x, x);
  const options: TcaOptions = {
    normalization: 'paper',
    kernel: 'rbf',
    gamma: 0.3,
    nComponents: 2,
    regularization: 0.4,
  };

  async function fit(more: TcaOptions = {}) {
    const method = new TransferComponentAnalysis({ ...options, ...more });
    return method.fit({ source: { x: xs }, target: { x: xt } });
  }

  it('satisfies Wᵀ·K·H·K·W = I and leaves tr(Wᵀ(K·L·K + μI)W) as told', async () => {
    const { fitted } = await fit();
    const w = fitted.components;
    const scatter = between(w, multiply(k, multiply(h, k)));
    expect(largestGap(scatter.data, [1, 0, 0, 1])).toBeLessThan(1e-10);
    const klk = multiply(k, multiply(l, k));
    const penalty = between(w, plus(klk, 0.4));
    expect(penalty.data[0]! + penalty.data[3]!).toBeCloseTo(
      fitted.diagnostics.facts!['objective'] as number,
      10,
    );
  });

  it('is the least penalty among 200 random W under the constraint', async () => {
    const { fitted } = await fit();
    const khk = multiply(k, multiply(h, k));
    const b = plus(multiply(k, multiply(l, k)), 0.4);
    for (let trial = 0; trial < 200; trial++) {
      const w = denseMatrix(
        12,
        1,
        Float64Array.from({ length: 12 }, () => random.normal()),
      );
      const scatter = between(w, khk).data[0]!;
      const penalty = between(w, b).data[0]! / scatter;
      expect(penalty).toBeGreaterThan(1 / fitted.values[0]! - 1e-9);
    }
  });

  it('has μ at the other term in the form of 2009', async () => {
    const { fitted } = await fit({ variant: 'pan2009' });
    const khk = multiply(k, multiply(h, k));
    const klk = multiply(k, multiply(l, k));
    const b = plus({ ...klk, data: klk.data.map((value) => 0.4 * value) }, 1);
    const { values } = eigenGeneralized(khk, b, { count: 2 });
    expect(largestGap(fitted.values, values)).toBeLessThan(1e-10);
  });

  it('spans kernel principal components where the domains are equal', async () => {
    const method = new TransferComponentAnalysis({ ...options, regularization: 1e-6 });
    const { fitted } = await method.fit({ source: { x: xs }, target: { x: xs } });
    const both = denseMatrix(14, 3, Float64Array.from([...xs, ...xs].flat()));
    const gram = kernelMatrix({ type: 'rbf', gamma: 0.3 }, both, both);
    const centre = square(14, (i, j) => (i === j ? 1 : 0) - 1 / 14);
    const khk = multiply(gram, multiply(centre, gram));
    const { values } = referenceLinearAlgebra.eigenSymmetric(khk, { count: 2 });
    // Without a discrepancy φ is the eigenvalue of K·H·K over μ.
    expect(
      largestGap(
        fitted.values.map((value) => (value * 1e-6) / values[0]!),
        values.map((value) => value / values[0]!),
      ),
    ).toBeLessThan(1e-8);
  });
});

function square(n: number, entry: (i: number, j: number) => number): DenseMatrix {
  return denseMatrix(
    n,
    n,
    Float64Array.from({ length: n * n }, (_, p) => entry(Math.floor(p / n), p % n)),
  );
}

function between(w: DenseMatrix, a: DenseMatrix): DenseMatrix {
  return multiply(w, multiply(a, w), { transposeA: true });
}

function plus(a: DenseMatrix, value: number): DenseMatrix {
  return { ...a, data: a.data.map((v, p) => (p % (a.columns + 1) === 0 ? v + value : v)) };
}

for (const name of ['linear', 'rbf', 'ijcai']) {
  describeGolden(`feat.tca.${name}`, (golden) => {
    const { Xs, Xt, Xnew } = golden.inputs;
    const stack = [...rowsOf(Xs!), ...rowsOf(Xt!)];
    const x = denseMatrix(stack.length, Xs!.shape[1]!, Float64Array.from(stack.flat()));

    it('gives eigenvalues, components, embedding, new rows and objective', async () => {
      const method = new TransferComponentAnalysis(optionsOf(golden));
      const { problem, fitted } = await method.fit({
        source: { x: rowsOf(Xs!) },
        target: { x: rowsOf(Xt!) },
      });
      expectGolden(golden, 'eigenvalues', fitted.values);
      const w = fitted.components;
      // With the linear kernel ours apply to features, Xᵀ·W; theirs of least norm are X·(XᵀX)⁻¹ times that.
      const gram = multiply(x, x, { transposeA: true });
      const theirs = name === 'linear' ? multiply(x, solve(gram, w)) : w;
      expectGolden(golden, 'W', theirs.data);
      const [source, target] = [problem.sources[0]!.x, problem.target.x].map(valuesOf);
      const z = Float64Array.from([...source!, ...target!]);
      expectGolden(golden, 'Z', z);
      expectGolden(golden, 'Znew', valuesOf(await fitted.transform(rowsOf(Xnew!), 'target')));
      expectGolden(golden, 'objective', [fitted.diagnostics.facts!['objective'] as number]);
      expectGolden(golden, 'mmd2', [squaredMeanGap(source!, target!, w.columns)]);
    });
  });
}

function optionsOf({ id, options }: GoldenCase): TcaOptions {
  return {
    normalization: 'paper',
    kernel: options['kernel'] as 'linear' | 'rbf',
    ...(options['gamma'] ? { gamma: options['gamma'] as number } : {}),
    regularization: options['mu'] as number,
    nComponents: options['components'] as number,
    variant: id.includes('ijcai') ? 'pan2009' : 'pan2011',
  };
}

function squaredMeanGap(a: Float64Array, b: Float64Array, columns: number): number {
  let sum = 0;
  for (let j = 0; j < columns; j++) {
    const mean = (x: Float64Array) =>
      x.reduce((total, v, p) => total + (p % columns === j ? v : 0), 0) / (x.length / columns);
    sum += (mean(a) - mean(b)) ** 2;
  }
  return sum;
}
