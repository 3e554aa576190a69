import { denseMatrix } from '@graft-ml/core';
import { MarginalizedDenoising } from '@graft-ml/feature-based';
import { randomSource, referenceLinearAlgebra } from '@graft-ml/numerics';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { planBlocks } from '../src/internal/denoising-layer.js';
import { largestGap, valuesOf } from './support/measure.js';

describe('the formula of mSDA', () => {
  const xs = [
    [1, 2],
    [0, 1],
    [3, -1],
  ];
  const xt = [[2, 2]];
  const rows = [...xs, ...xt];

  it('minimises the expected squared error over all corruptions, enumerated', async () => {
    const p = 0.3;
    const method = new MarginalizedDenoising({ corruption: p, nLayers: 1, regularization: 0 });
    const { fitted } = await method.fit({ source: { x: xs }, target: { x: xt } });
    const lossOf = (w: ArrayLike<number>) => {
      let loss = 0;
      for (const [a = 0, b = 0] of rows) {
        for (const [keepA, keepB] of [
          [0, 0],
          [0, 1],
          [1, 0],
          [1, 1],
        ] as const) {
          const chance = (keepA ? 1 - p : p) * (keepB ? 1 - p : p);
          const output = (j: number) => keepA * a * w[j]! + keepB * b * w[2 + j]! + w[4 + j]!;
          loss += chance * ((a - output(0)) ** 2 + (b - output(1)) ** 2);
        }
      }
      return loss;
    };
    const w = fitted.weights[0]!.data;
    for (let k = 0; k < 6; k++) {
      const moved = (by: number) => Float64Array.from(w, (value, i) => value + (i === k ? by : 0));
      expect(Math.abs(lossOf(moved(1e-4)) - lossOf(moved(-1e-4)))).toBeLessThan(1e-10);
    }
  });

  it('is the identity before tanh where nothing is blanked', async () => {
    const method = new MarginalizedDenoising({ corruption: 0, nLayers: 1, regularization: 0 });
    const { fitted } = await method.fit({ source: { x: xs }, target: { x: xt } });
    expect(largestGap(fitted.weights[0]!.data, [1, 0, 0, 1, 0, 0])).toBeLessThan(1e-12);
  });
});

describe('the fast form of mSDA', () => {
  const random = randomSource(6);
  const rows = Array.from({ length: 12 }, () =>
    Array.from({ length: 5 }, (_, j) => (random.uniform() < 0.3 + 0.1 * j ? 1 + j : 0)),
  );

  it('reconstructs frequent features from each block, by enumeration of what is blanked, and takes the mean', async () => {
    const [p, ridge, r] = [0.4, 0.01, 2];
    const options = { corruption: p, regularization: ridge, nLayers: 1, nReconstructed: r };
    const { fitted } = await new MarginalizedDenoising(options).fit(
      { source: { x: rows.slice(0, 7) }, target: { x: rows.slice(7) } },
      { seed: 3 },
    );
    const frequency = Float64Array.from(
      { length: 5 },
      (_, j) => rows.filter((x) => x[j] !== 0).length,
    );
    const plan = planBlocks(frequency, r, 3);
    expect(plan.blocks.map((block) => block.length)).toEqual([1, 2, 2]);
    expect(plan.blocks.flatMap((block) => Array.from(block)).sort()).toEqual([0, 1, 2, 3, 4]);
    const expected = new Float64Array(6 * r);
    for (const block of plan.blocks) {
      const n = block.length + 1;
      const q = denseMatrix(n, n);
      const goal = denseMatrix(n, r);
      for (const x of rows) {
        for (let mask = 0; mask < 2 ** block.length; mask++) {
          const keeps = Array.from(block, (_, i) => (mask >> i) & 1);
          const chance = keeps.reduce((product, keep) => product * (keep ? 1 - p : p), 1);
          const seen = [...Array.from(block, (j, i) => keeps[i]! * x[j]!), 1];
          for (let a = 0; a < n; a++) {
            for (let b = 0; b < n; b++) q.data[a * n + b]! += chance * seen[a]! * seen[b]!;
            for (let k = 0; k < r; k++)
              goal.data[a * r + k]! += chance * seen[a]! * x[plan.reconstructed[k]!]!;
          }
        }
      }
      for (let a = 0; a + 1 < n; a++) q.data[a * n + a]! += ridge;
      const { data } = referenceLinearAlgebra.solve(q, goal);
      for (let a = 0; a < n; a++) {
        const to = a + 1 < n ? block[a]! : 5;
        for (let k = 0; k < r; k++) expected[to * r + k]! += data[a * r + k]! / 3;
      }
    }
    expect(largestGap(fitted.weights[0]!.data, expected)).toBeLessThan(1e-12);
  });

  it('is the full form where all features are reconstructed', async () => {
    const problem = { source: { x: rows }, target: { x: rows.slice(4) } };
    const full = await new MarginalizedDenoising({ nLayers: 2 }).fit(problem);
    const fast = await new MarginalizedDenoising({ nLayers: 2, nReconstructed: 5 }).fit(problem);
    expect(valuesOf(fast.problem.target.x)).toEqual(valuesOf(full.problem.target.x));
  });
});

describeGolden('feat.msda', (golden) => {
  it('gives the weights of three layers and the last hidden layer, of new rows too', async () => {
    const { X, Xnew } = golden.inputs;
    const samples = (array: typeof X) => {
      const columns = rowsOf(array!);
      return columns[0]!.map((_, i) => columns.map((feature) => feature[i]!));
    };
    const all = samples(X);
    const method = new MarginalizedDenoising({
      corruption: golden.options['p'] as number,
      nLayers: golden.options['layers'] as number,
      regularization: golden.options['ridge'] as number,
    });
    const { fitted } = await method.fit({
      source: { x: all.slice(0, 12) },
      target: { x: all.slice(12) },
    });
    fitted.weights.forEach(({ data }, layer) => {
      const turned = Array.from({ length: 30 }, (_, p) => data[(p % 6) * 5 + Math.floor(p / 6)]!);
      expectGolden(golden, `W${layer + 1}`, turned);
    });
    const lastHidden = async (rows: number[][]) => {
      const values = valuesOf(await fitted.transform(rows, 'target'));
      return Array.from(
        { length: 5 * rows.length },
        (_, p) => values[(p % rows.length) * 20 + 15 + Math.floor(p / rows.length)]!,
      );
    };
    expectGolden(golden, 'lastHidden', await lastHidden(all));
    expectGolden(golden, 'lastHiddenNew', await lastHidden(samples(Xnew)));
  });
});
