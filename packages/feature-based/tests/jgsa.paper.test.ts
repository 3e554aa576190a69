import { denseMatrix, type DenseMatrix } from '@graft-ml/core';
import { JointGeometricalAlignment } from '@graft-ml/feature-based';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { largestGap } from './support/measure.js';
import { movedClasses } from './support/moved-classes.js';
import { sumOfMeanGaps } from './support/naive-regularization.js';
import { oracle } from './support/oracle.js';

const { multiply } = referenceLinearAlgebra;

const n = 60;
const d = 6;
const { xs, xt } = movedClasses();
const ys = xs.map((_, i) => i % 3);
const guessed = xt.map((_, i) => (i * 7) % 3);

/** Both sides of the pencil as the paper writes them: centring matrices of groups, and M between stacked rows. */
function naive(beta: number, lambda: number, mu: number) {
  const x = denseMatrix(2 * n, 2 * d);
  [...xs, ...xt].forEach((row, i) => x.data.set(row, i * 2 * d + (i < n ? 0 : d)));
  const between = (inner: DenseMatrix) =>
    multiply(x, multiply(inner, x), { transposeA: true }).data;
  /** Σ over groups of 1/size within them, on the rows that `inside` picks. */
  const groups = (inside: (i: number) => number) => {
    const label = Array.from({ length: 2 * n }, (_, i) => inside(i));
    const size = (g: number) => label.filter((other) => other === g).length;
    const share = denseMatrix(2 * n, 2 * n);
    share.data.forEach((_, p) => {
      const [i, j] = [Math.floor(p / (2 * n)), p % (2 * n)];
      if (label[i]! >= 0 && label[i] === label[j]) share.data[p] = 1 / size(label[i]!);
    });
    return share;
  };
  const minus = (a: DenseMatrix, b: DenseMatrix) =>
    denseMatrix(
      2 * n,
      2 * n,
      a.data.map((value, p) => value - b.data[p]!),
    );
  const only = (inside: (i: number) => boolean) => {
    const e = denseMatrix(2 * n, 2 * n);
    for (let i = 0; i < 2 * n; i++) e.data[i * (2 * n + 1)] = inside(i) ? 1 : 0;
    return e;
  };
  const byClass = groups((i) => (i < n ? ys[i]! : -1));
  const sourceMean = groups((i) => (i < n ? 0 : -1));
  const targetMean = groups((i) => (i < n ? -1 : 0));
  const within = between(
    minus(
      only((i) => i < n),
      byClass,
    ),
  );
  const among = between(minus(byClass, sourceMean));
  const spread = between(
    minus(
      only((i) => i >= n),
      targetMean,
    ),
  );
  const m = sumOfMeanGaps(ys, guessed, { marginal: 3, conditional: 1 });
  const norm = Math.hypot(...m.data);
  const discrepancy = between({ ...m, data: m.data.map((value) => value / norm) });
  const price = denseMatrix(2 * d, 2 * d);
  price.data.forEach((_, p) => {
    const [i, j] = [Math.floor(p / (2 * d)), p % (2 * d)];
    const diagonal = i === j ? lambda + (i < d ? 0 : mu) : Math.abs(i - j) === d ? -lambda : 0;
    price.data[p] = discrepancy[p]! + beta * within[p]! + diagonal;
  });
  const gain = denseMatrix(
    2 * d,
    2 * d,
    among.map((value, p) => beta * value + mu * spread[p]!),
  );
  return { gain, price };
}

describe('the formula of JGSA', () => {
  it.each([
    [0.1, 1, 1],
    [2, 0.3, 0.7],
  ])(
    'solves gain·[A; B] = price·[A; B]·w with n × n matrices, β λ μ = %p %p %p',
    async (...letters) => {
      const [discrimination, divergence, targetVariance] = letters;
      const method = new JointGeometricalAlignment(
        { discrimination, divergence, targetVariance, nComponents: 3, maxIterations: 1 },
        { learner: oracle(guessed) },
      );
      const { fitted } = await method.fit({ source: { x: xs, y: ys }, target: { x: xt } });
      const { gain, price } = naive(...letters);
      const { data: a } = fitted.sources[0]!.matrix!;
      const { data: b } = fitted.target.matrix!;
      const both = denseMatrix(2 * d, 3, Float64Array.of(...a, ...b));
      const gram = multiply(both, multiply(price, both), { transposeA: true });
      expect(largestGap(gram.data, [1, 0, 0, 0, 1, 0, 0, 0, 1])).toBeLessThan(1e-10);
      const { values } = referenceLinearAlgebra.eigenGeneralized(gain, price, { count: 3 });
      const worth = multiply(both, multiply(gain, both), { transposeA: true }).data;
      expect(
        largestGap(worth, [values[0]!, 0, 0, 0, values[1]!, 0, 0, 0, values[2]!]),
      ).toBeLessThan(1e-8 * values[0]!);
      const objective = values.reduce((sum, value) => sum + 1 / value, 0);
      const [first] = fitted.diagnostics.facts!['trace'] as { objective: number }[];
      expect(Math.abs(first!.objective - objective)).toBeLessThan(1e-8 * objective);
    },
  );

  it('gives both domains one map where different maps are dear', async () => {
    const method = new JointGeometricalAlignment({ divergence: 1e9, nComponents: 2 });
    const { fitted } = await method.fit({ source: { x: xs, y: ys }, target: { x: xt } });
    const [a, b] = [fitted.sources[0]!.matrix!.data, fitted.target.matrix!.data];
    expect(largestGap(a, b)).toBeLessThan(1e-5 * Math.hypot(...b));
  });
});
