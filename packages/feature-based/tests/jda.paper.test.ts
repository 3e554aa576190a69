import { denseMatrix, type DenseMatrix } from '@graft-ml/core';
import { JointDistributionAdaptation, type JdaOptions } from '@graft-ml/feature-based';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import {
  describeGolden,
  expectGolden,
  type GoldenCase,
  rowsOf,
} from '../../../tools/testing/golden.js';
import { largestGap, valuesOf } from './support/measure.js';

const { multiply, solve, crossProduct } = referenceLinearAlgebra;

describe('the formula of JDA', () => {
  const xs = [
    [1, 0, 2],
    [2, 1, 0],
    [-1, 3, 1],
    [0, 2, -2],
    [4, 1, 1],
  ];
  const ys = [0, 0, 1, 1, 1];
  const xt = [
    [3, 0, 1],
    [2, 2, 2],
    [0, 4, 1],
    [1, 3, -1],
  ];
  const options: JdaOptions = { normalization: 'paper', nComponents: 2, regularization: 0.7 };

  /** X·M·Xᵀ + λI and X·H·Xᵀ from n × n matrices, as the paper writes them. */
  function naive(labels: ArrayLike<number> | undefined, unit: boolean) {
    const rows = [...xs, ...xt].map((row) => {
      const length = unit ? Math.hypot(...row) : 1;
      return row.map((value) => value / length);
    });
    const n = rows.length;
    const x = denseMatrix(n, 3, Float64Array.from(rows.flat()));
    const h = new Float64Array(n * n).map((_, p) => (p % (n + 1) === 0 ? 1 : 0) - 1 / n);
    const m = new Float64Array(n * n);
    const add = (inGroup: (i: number) => boolean, alpha: number) => {
      const sizes = [0, 0];
      for (let i = 0; i < n; i++) if (inGroup(i)) sizes[i < 5 ? 0 : 1]!++;
      const e = rows.map((_, i) => (inGroup(i) ? (i < 5 ? 1 / sizes[0]! : -1 / sizes[1]!) : 0));
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) m[i * n + j]! += alpha * e[i]! * e[j]!;
      }
    };
    add(() => true, unit ? 2 : 1);
    if (labels) {
      const label = (i: number) => (i < 5 ? ys[i] : labels[i - 5]);
      for (const c of [0, 1]) add((i) => label(i) === c, 1);
    }
    const norm = unit ? Math.sqrt(m.reduce((sum, value) => sum + value * value, 0)) : 1;
    const between = (middle: Float64Array) =>
      multiply(x, multiply(denseMatrix(n, n, middle), x), { transposeA: true });
    const penalty = between(m.map((value) => value / norm));
    for (let j = 0; j < 3; j++) penalty.data[j * 4]! += 0.7;
    return { scatter: between(h), penalty };
  }

  it.each([
    ['paper', false],
    ['code', true],
  ] as const)(
    'solves X·H·Xᵀ·A = X·M·Xᵀ·A·w with n × n matrices M and H (%s)',
    async (normalization, unit) => {
      const input = { source: { x: xs, y: ys }, target: { x: xt } };
      const once = new JointDistributionAdaptation({ ...options, normalization, maxIterations: 1 });
      const first = await once.fit(input);
      expectSolution(first.fitted, naive(undefined, unit));
      const twice = new JointDistributionAdaptation({
        ...options,
        normalization,
        maxIterations: 2,
      });
      expectSolution((await twice.fit(input)).fitted, naive(first.fitted.pseudoLabels, unit));
    },
  );

  it('finds through inner products what X·Xᵀ·a with penalty λ‖a‖² gives', async () => {
    const input = { source: { x: xs, y: ys }, target: { x: xt } };
    const { fitted } = await new JointDistributionAdaptation({
      ...options,
      kernel: 'linear',
      maxIterations: 1,
    }).fit(input);
    const x = denseMatrix(9, 3, Float64Array.from([...xs, ...xt].flat()));
    const k = multiply(x, x, { transposeB: true });
    const { scatter, penalty } = naive(undefined, false);
    const dual = (inner: DenseMatrix) => multiply(x, multiply(inner, x, { transposeB: true }));
    const b = dual(withoutRegularization(penalty, 0.7));
    for (let j = 0; j < 9; j++) b.data[j * 10]! += 0.7;
    const { values } = referenceLinearAlgebra.eigenGeneralized(dual(scatter), b, { count: 2 });
    expect(largestGap(fitted.values, values)).toBeLessThan(1e-9);
    expect(k.rows).toBe(9);
  });

  it('agrees with transfer component analysis while there are no pseudo labels', async () => {
    const { scatter, penalty } = naive(undefined, false);
    const { values } = referenceLinearAlgebra.eigenGeneralized(scatter, penalty, { count: 2 });
    const { fitted } = await new JointDistributionAdaptation({ ...options, maxIterations: 1 }).fit({
      source: { x: xs, y: ys },
      target: { x: xt },
    });
    expect(largestGap(fitted.values, values)).toBeLessThan(1e-12);
  });
});

function expectSolution(
  { components, values }: { components: DenseMatrix; values: Float64Array },
  { scatter, penalty }: { scatter: DenseMatrix; penalty: DenseMatrix },
): void {
  const scaled = components.data.map((value, p) => value * values[p % values.length]!);
  const left = multiply(scatter, components).data;
  expect(largestGap(left, multiply(penalty, { ...components, data: scaled }).data)).toBeLessThan(
    1e-11,
  );
  const gram = multiply(components, multiply(penalty, components), { transposeA: true });
  expect(largestGap(gram.data, [1, 0, 0, 1])).toBeLessThan(1e-12);
}

function withoutRegularization(a: DenseMatrix, lambda: number): DenseMatrix {
  return { ...a, data: a.data.map((v, p) => (p % (a.columns + 1) === 0 ? v - lambda : v)) };
}

function optionsOf({ id, options }: GoldenCase): JdaOptions {
  return {
    nComponents: options['dim'] as number,
    regularization: options['lambda'] as number,
    kernel: options['kernel'] as 'primal' | 'linear',
    normalization: id.includes('paper') ? 'paper' : 'code',
  };
}

for (const name of ['primal', 'linear', 'paper']) {
  describeGolden(`feat.jda.${name}`, (golden) => {
    const { Xs, ys, Xt, yt } = golden.inputs;
    const input = { source: { x: rowsOf(Xs!), y: ys!.data }, target: { x: rowsOf(Xt!) } };
    const nIterations = golden.options['iterations'] as number;

    it('gives the pseudo labels of every iteration', async () => {
      const labels: number[] = [];
      const accuracies: number[] = [];
      const classes = [...new Set(ys!.data)].sort((a, b) => a - b);
      for (let maxIterations = 1; maxIterations <= nIterations; maxIterations++) {
        const method = new JointDistributionAdaptation({ ...optionsOf(golden), maxIterations });
        const { fitted } = await method.fit(input);
        const guess = Array.from(fitted.pseudoLabels!, (code) => classes[code]!);
        labels.push(...guess);
        accuracies.push(guess.filter((label, i) => label === yt!.data[i]).length / guess.length);
      }
      expectGolden(golden, 'pseudoLabels', labels);
      expectGolden(golden, 'accuracy', accuracies);
    });

    it('gives eigenvalues and, rescaled to AᵀX·H·XᵀA = I, the vectors', async () => {
      const method = new JointDistributionAdaptation({
        ...optionsOf(golden),
        maxIterations: nIterations,
      });
      const { fitted } = await method.fit(input);
      expectGolden(golden, 'eigenvalues', fitted.values);
      const k = fitted.values.length;
      const theirs = fitted.components.data.map((v, p) => v / Math.sqrt(fitted.values[p % k]!));
      const a = denseMatrix(fitted.components.rows, k, theirs);
      expectGolden(golden, 'A', name === 'linear' ? dualOf(a) : a.data);
    });

    /** Coefficients of rows, X·(XᵀX)⁻¹·a, from coefficients of features. */
    function dualOf(a: DenseMatrix): Float64Array {
      const rows = [...rowsOf(Xs!), ...rowsOf(Xt!)].map((row) => {
        const length = Math.hypot(...row);
        return row.map((value) => value / length);
      });
      const x = denseMatrix(rows.length, a.rows, Float64Array.from(rows.flat()));
      return valuesOf(multiply(x, solve(crossProduct(x), a)));
    }
  });
}
