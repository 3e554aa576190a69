import { denseMatrix, type DenseMatrix } from '@graft-ml/core';
import { TransferJointMatching, type TjmOptions } from '@graft-ml/feature-based';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { largestGap, valuesOf } from './support/measure.js';
import { movedClasses } from './support/moved-classes.js';

const { multiply, eigenGeneralized } = referenceLinearAlgebra;

const { xs, xt } = movedClasses();
const n = 120;

/** The paper's iteration with n × n matrices: embeddings K·A and the objective of every round. */
function naive(k: DenseMatrix, lambda: number, rounds: number, count: number) {
  const e = Array.from({ length: n }, (_, i) => (i < 60 ? 1 / 60 : -1 / 60));
  const norm = e.reduce((sum, value) => sum + value * value, 0);
  const inner = (entry: (i: number, j: number) => number) =>
    denseMatrix(
      n,
      n,
      Float64Array.from({ length: n * n }, (_, p) => entry(Math.floor(p / n), p % n)),
    );
  const between = (middle: DenseMatrix) => multiply(k, multiply(middle, k));
  const kmk = between(inner((i, j) => (e[i]! * e[j]!) / norm));
  const khk = between(inner((i, j) => (i === j ? 1 : 0) - 1 / n));
  const d = new Array<number>(n).fill(1);
  const objectives: number[] = [];
  for (let round = 1; ; round++) {
    const price = denseMatrix(
      n,
      n,
      kmk.data.map((v, p) => (p % (n + 1) ? v : v + lambda * d[p / (n + 1)]!)),
    );
    const { values, vectors } = eigenGeneralized(khk, price, { count });
    const a = vectors.data.map((value, p) => value / Math.sqrt(values[p % count]!));
    const length = (i: number) => Math.hypot(...a.slice(i * count, (i + 1) * count));
    const coefficients = denseMatrix(n, count, a);
    const paid = multiply(coefficients, multiply(kmk, coefficients), { transposeA: true }).data;
    let objective = paid.reduce((sum, value, p) => sum + (p % (count + 1) ? 0 : value), 0);
    for (let i = 0; i < n; i++) objective += lambda * (i < 60 ? length(i) : length(i) ** 2);
    objectives.push(objective);
    if (round === rounds) return { embedded: multiply(k, coefficients).data, values, objectives };
    for (let i = 0; i < 60; i++) d[i] = 1 / (2 * length(i));
  }
}

describe('the formula of TJM', () => {
  it.each<[TjmOptions, number]>([
    [{ kernel: 'linear' }, 1],
    [{ kernel: 'linear' }, 4],
    [{ kernel: 'rbf', gamma: 0.1 }, 1],
    [{ kernel: 'rbf', gamma: 0.1 }, 3],
  ])('is the iteration with n × n matrices: %p, %p rounds', async (options, rounds) => {
    const method = new TransferJointMatching({
      ...options,
      nComponents: 3,
      regularization: 0.4,
      maxIterations: rounds,
      tolerance: 1e-12,
    });
    const { problem, fitted } = await method.fit({ source: { x: xs }, target: { x: xt } });
    const x = denseMatrix(n, 6, Float64Array.from([...xs, ...xt].flat()));
    const kernel =
      options.kernel === 'rbf'
        ? ({ type: 'rbf', gamma: 0.1 } as const)
        : ({ type: 'linear' } as const);
    const expected = naive(referenceLinearAlgebra.kernelMatrix(kernel, x, x), 0.4, rounds, 3);
    const found = [...valuesOf(problem.sources[0]!.x), ...valuesOf(problem.target.x)];
    expect(largestGap(found.map(Math.abs), expected.embedded.map(Math.abs))).toBeLessThan(1e-6);
    const trace = fitted.diagnostics.facts!['trace'] as { objective: number }[];
    const objectives = trace.map(({ objective }) => objective);
    expect(largestGap(objectives, expected.objectives)).toBeLessThan(1e-6 * objectives[0]!);
    expect(largestGap(fitted.values, expected.values)).toBeLessThan(1e-6 * expected.values[0]!);
  });

  it('never lets the objective rise', async () => {
    const method = new TransferJointMatching({
      nComponents: 3,
      maxIterations: 40,
      tolerance: 1e-9,
    });
    const { fitted } = await method.fit({ source: { x: xs }, target: { x: xt } });
    const trace = fitted.diagnostics.facts!['trace'] as { objective: number }[];
    expect(trace.length).toBeGreaterThan(5);
    trace.forEach(({ objective }, i) => {
      if (i > 0) expect(objective).toBeLessThanOrEqual(trace[i - 1]!.objective * (1 + 1e-12));
    });
  });
});
