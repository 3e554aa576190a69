import { type DenseMatrix, denseMatrix } from '@graft-ml/core';
import {
  BalancedDistributionAdaptation,
  type BdaOptions,
  JointDistributionAdaptation,
} from '@graft-ml/feature-based';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { largestGap } from './support/measure.js';

const { multiply, eigenGeneralized } = referenceLinearAlgebra;

describe('the formula of BDA', () => {
  const unit = (row: number[]) => row.map((value) => value / Math.hypot(...row));
  const xs = [
    [1, 0, 2],
    [2, 1, 0],
    [-1, 3, 1],
    [0, 2, -2],
    [4, 1, 1],
  ].map(unit);
  const xt = [
    [1, 0.2, 3],
    [3, 1, 0.5],
    [0, 4, 1],
    [1, 3, -1],
  ].map(unit);
  const ys = [0, 0, 1, 1, 1];
  const input = { source: { x: xs, y: ys }, target: { x: xt } };

  /** X·M·Xᵀ + I and X·H·Xᵀ with M written out as in the paper. */
  function naive(labels: ArrayLike<number>, balance: number, weighted: boolean) {
    const all = [...ys, ...Array.from(labels)];
    const n = all.length;
    const m = denseMatrix(n, n);
    const add = (inGroup: (i: number) => boolean, alpha: number, priors: [number, number]) => {
      const sizes = [0, 0];
      for (let i = 0; i < n; i++) if (inGroup(i)) sizes[i < 5 ? 0 : 1]!++;
      const entry = (i: number) =>
        inGroup(i) ? (i < 5 ? priors[0] / sizes[0]! : -priors[1] / sizes[1]!) : 0;
      for (let p = 0; p < n * n; p++) {
        m.data[p]! += alpha * entry(Math.floor(p / n)) * entry(p % n);
      }
    };
    add(() => true, (1 - balance) * 2, [1, 1]);
    for (const c of [0, 1]) {
      const share = (from: number, to: number) =>
        Math.sqrt(all.slice(from, to).filter((y) => y === c).length / (to - from));
      add((i) => all[i] === c, balance, weighted ? [share(0, 5), share(5, 9)] : [1, 1]);
    }
    const norm = Math.sqrt(m.data.reduce((sum, value) => sum + value * value, 0));
    const x = denseMatrix(9, 3, Float64Array.from([...xs, ...xt].flat()));
    const between = (a: DenseMatrix) => multiply(x, multiply(a, x), { transposeA: true });
    const penalty = between({ ...m, data: m.data.map((value) => value / norm) });
    for (let j = 0; j < 3; j++) penalty.data[4 * j]! += 1;
    const h = m.data.map((_, p) => (p % (n + 1) === 0 ? 1 : 0) - 1 / n);
    return { scatter: between(denseMatrix(n, n, h)), penalty };
  }

  it.each<[string, BdaOptions]>([
    ['plain', { balance: 0.3 }],
    ['weighted', { balance: 0.7, classWeights: 'prior' }],
  ])('has M as published in the second round (%s)', async (_, options) => {
    const fit = async (maxIterations: number) =>
      (await new BalancedDistributionAdaptation({ ...options, maxIterations }).fit(input)).fitted;
    const labels = (await fit(1)).pseudoLabels!;
    expect(new Set(labels).size).toBe(2);
    const { scatter, penalty } = naive(labels, options.balance!, options.classWeights === 'prior');
    const { values } = eigenGeneralized(scatter, penalty);
    const found = (await fit(2)).values;
    expect(largestGap(found, values.slice(0, found.length))).toBeLessThan(1e-10);
  });

  it('is JDA at a balance of one half', async () => {
    const options = { nComponents: 2, maxIterations: 4 };
    const bda = await new BalancedDistributionAdaptation(options).fit(input);
    const jda = await new JointDistributionAdaptation(options).fit(input);
    expect(largestGap(bda.fitted.components.data, jda.fitted.components.data)).toBeLessThan(1e-12);
  });
});

describeGolden('feat.bda', (golden) => {
  const { Xs, ys, Xt, yt } = golden.inputs;
  const input = { source: { x: rowsOf(Xs!), y: ys!.data }, target: { x: rowsOf(Xt!) } };
  const options: BdaOptions = {
    balance: golden.options['mu'] as number,
    nComponents: golden.options['dim'] as number,
  };

  it('gives the labels of every round, eigenvalues and vectors', async () => {
    const classes = [...new Set(ys!.data)].sort((a, b) => a - b);
    const labels: number[] = [];
    const accuracies: number[] = [];
    for (let maxIterations = 1; maxIterations <= 4; maxIterations++) {
      const method = new BalancedDistributionAdaptation({ ...options, maxIterations });
      const { fitted } = await method.fit(input);
      const guess = Array.from(fitted.pseudoLabels!, (code) => classes[code]!);
      labels.push(...guess);
      accuracies.push(guess.filter((label, i) => label === yt!.data[i]).length / guess.length);
      if (maxIterations < 4) continue;
      expectGolden(golden, 'eigenvalues', fitted.values);
      const k = fitted.values.length;
      // Their A has scatter 1.
      const a = fitted.components.data.map((v, p) => v / Math.sqrt(fitted.values[p % k]!));
      expectGolden(golden, 'A', a);
    }
    expectGolden(golden, 'pseudoLabels', labels);
    expectGolden(golden, 'accuracy', accuracies);
  });
});
