import { denseMatrix } from '@graft-ml/core';
import { LinearDiscrepancyMinimization } from '@graft-ml/instance-based';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { fact } from './support/boosting.js';
import { largestGap, normals } from './support/measure.js';

/** ‖Σ wᵢ·xᵢ·xᵢᵀ / n − xtᵀ·xt / nt‖₂ by its definition; weights are of mean 1. */
function discrepancyOf(xs: number[][], xt: number[][], weights: ArrayLike<number>): number {
  const d = xs[0]!.length;
  const change = denseMatrix(d, d);
  const add = (rows: number[][], factor: (i: number) => number) =>
    rows.forEach((row, i) => {
      for (let a = 0; a < d; a++)
        for (let b = 0; b < d; b++)
          change.data[a * d + b]! += (factor(i) * row[a]! * row[b]!) / rows.length;
    });
  add(xs, (i) => weights[i]!);
  add(xt, () => -1);
  const { values } = referenceLinearAlgebra.eigenSymmetric(change);
  return Math.max(...values.map(Math.abs));
}

describe('the formula of linear discrepancy minimization', () => {
  it('has one answer where two rows must make one second moment: w = (1/4, 3/4)', async () => {
    const [source, target] = [{ x: [[1], [3]] }, { x: [[Math.sqrt(7)]] }];
    const { problem, fitted } = await new LinearDiscrepancyMinimization({ intercept: false }).fit({
      source,
      target,
    });
    expect(largestGap(problem.sources[0]!.weights!, [0.5, 1.5])).toBeLessThan(1e-5);
    expect(fact(fitted, 'uniformDiscrepancy')[0]).toBeCloseTo(2, 12);
  });

  it('puts all weight on the nearest moment where the target’s is out of reach', async () => {
    const { problem, fitted } = await new LinearDiscrepancyMinimization({ intercept: false }).fit({
      source: { x: [[1], [2], [3]] },
      target: { x: [[5]] },
    });
    expect(largestGap(problem.sources[0]!.weights!, [0, 0, 3])).toBeLessThan(1e-5);
    expect(fact(fitted, 'discrepancy')[0]).toBeCloseTo(25 - 9, 4);
  });

  it('adds a 1 to every row for the intercept', async () => {
    const [xs, xt] = [normals(1, 30, 0, 1), normals(2, 30, 1, 0.7)];
    const withOne = (rows: number[][]) => rows.map((row) => [...row, 1]);
    const fit = (a: number[][], b: number[][], intercept: boolean) =>
      new LinearDiscrepancyMinimization({ intercept }).fit({ source: { x: a }, target: { x: b } });
    const left = await fit(xs, xt, true);
    const right = await fit(withOne(xs), withOne(xt), false);
    expect(left.problem.sources[0]!.weights).toEqual(right.problem.sources[0]!.weights);
  });

  it('reports the discrepancy that its weights have, and a bound below it that no weights pass', async () => {
    const rows = (seed: number, n: number, centre: number) => {
      const flat = normals(seed, 3 * n, centre, 1).flat();
      return Array.from({ length: n }, (_, i) => flat.slice(3 * i, 3 * i + 3));
    };
    const [xs, xt] = [rows(3, 40, 0), rows(4, 30, 2)];
    const { problem, fitted } = await new LinearDiscrepancyMinimization({ intercept: false }).fit({
      source: { x: xs },
      target: { x: xt },
    });
    const weights = problem.sources[0]!.weights!;
    const reached = fact(fitted, 'discrepancy')[0]!;
    expect(discrepancyOf(xs, xt, weights)).toBeCloseTo(reached, 8);
    const bound = fact(fitted, 'lowerBound')[0]!;
    expect(reached - bound).toBeLessThan(1e-4 * reached);
    for (let i = 0; i < xs.length; i++) {
      const moved = weights.map((weight, j) => 0.99 * weight + (i === j ? 0.01 * xs.length : 0));
      expect(discrepancyOf(xs, xt, moved)).toBeGreaterThan(bound);
    }
  });
});

describeGolden('inst.ldm', (golden) => {
  it('reaches the same discrepancy, from the same one of equal weights', async () => {
    const { fitted } = await new LinearDiscrepancyMinimization({ intercept: false }).fit({
      source: { x: rowsOf(golden.inputs['Xs']!) },
      target: { x: rowsOf(golden.inputs['Xt']!) },
    });
    expectGolden(golden, 'discrepancy', fact(fitted, 'discrepancy'));
    expectGolden(golden, 'uniformDiscrepancy', fact(fitted, 'uniformDiscrepancy'));
  });
});
