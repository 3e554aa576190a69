import { denseMatrix, type DenseMatrix } from '@graft-ml/core';
import { FeatureAugmentation } from '@graft-ml/heterogeneous';
import { randomSource, referenceLinearAlgebra, symmetricPower } from '@graft-ml/numerics';
import {
  describeGolden,
  describeWith,
  expectGolden,
  rowsOf,
} from '../../../tools/testing/golden.js';
import { readSplit } from './support/office31.js';
import { product, toRows, transposed } from './support/rows.js';
import { twoViews, unit } from './support/views.js';

const linalg = referenceLinearAlgebra;

/** blkdiag of rbf kernels, γ = 1 / mean squared distance in each domain, of unit rows. */
function blockKernel(parts: readonly number[][][]): DenseMatrix {
  const n = parts.reduce((sum, x) => sum + x.length, 0);
  const whole = denseMatrix(n, n);
  let from = 0;
  for (const x of parts) {
    const rows = unit(x);
    const squared = rows.map((u) =>
      rows.map((v) => u.reduce((sum, value, j) => sum + (value - v[j]!) ** 2, 0)),
    );
    const mean = squared.flat().reduce((sum, value) => sum + value, 0) / rows.length ** 2;
    squared.forEach((row, i) =>
      row.forEach((value, j) => (whole.data[(from + i) * n + from + j] = Math.exp(-value / mean))),
    );
    from += x.length;
  }
  return whole;
}

/** λ·h·hᵀ / ‖h‖² with h = K^½·d. */
function metricOf(root: number[][], duals: readonly number[], bound: number): number[][] {
  const h = product(
    root,
    duals.map((value) => [value]),
  ).flat();
  const square = h.reduce((sum, value) => sum + value * value, 0);
  return h.map((a) => h.map((b) => (bound * a * b) / square));
}

/** Σ|d| − ½·dᵀ·K^½·(H + I)·K^½·d. */
function valueOf(root: number[][], duals: readonly number[], metric: number[][]): number {
  const h = product(
    root,
    duals.map((value) => [value]),
  ).flat();
  const linear = duals.reduce((sum, value) => sum + Math.abs(value), 0);
  const quadratic = h.reduce(
    (sum, a, i) => sum + a * (a + metric[i]!.reduce((all, m, j) => all + m * h[j]!, 0)),
    0,
  );
  return linear - quadratic / 2;
}

describe('the formula of HFA', () => {
  it('is a saddle point: no metric of the trace lowers it, no dual variable raises it', async () => {
    const { source, labelled } = twoViews(18, 6);
    const two = (rows: { x: number[][]; y: string[] }) => ({
      x: rows.x.filter((_, i) => rows.y[i] !== 'c'),
      y: rows.y.filter((label) => label !== 'c'),
    });
    const [own, few] = [two(source), two(labelled)];
    const method = new FeatureAugmentation({ traceBound: 5, tolerance: 1e-9 });
    const model = await method.fit({ source: own, target: { x: few.x, labelled: few } });
    const duals = Array.from(model.duals.data);
    const root = toRows(symmetricPower(linalg, blockKernel([own.x, few.x]), 0.5));
    const metric = metricOf(root, duals, 5);
    const value = valueOf(root, duals, metric);
    expect((model.diagnostics.facts!['objectives'] as number[])[0]).toBeCloseTo(value, 8);
    const random = randomSource(3);
    for (let trial = 0; trial < 20; trial++) {
      const other = metricOf(
        root,
        duals.map(() => random.normal()),
        5,
      );
      expect(valueOf(root, duals, other)).toBeGreaterThan(value - 1e-9);
    }
    // With H fixed the dual variables are those of a machine with kernel K^½·(H + I)·K^½: try pairs that keep tᵀa = 0.
    const signs = [...own.y, ...few.y].map((label) => (label === 'b' ? 1 : -1));
    for (let trial = 0; trial < 60; trial++) {
      const [i, j] = [random.integer(duals.length), random.integer(duals.length)];
      const moved = [...duals];
      moved[i]! += 0.01;
      moved[j]! -= 0.01;
      const inside = moved.every((d, k) => d * signs[k]! >= 0 && d * signs[k]! <= 1);
      if (i !== j && inside) expect(valueOf(root, moved, metric)).toBeLessThan(value + 1e-9);
    }
  });

  it('is two machines with one threshold where the trace is zero', async () => {
    const { source, labelled } = twoViews(18, 6);
    const model = await new FeatureAugmentation({ traceBound: 0 }).fit({
      source,
      target: { x: labelled.x, labelled },
    });
    const rows = unit(labelled.x);
    const kernel = toRows(blockKernel([labelled.x]));
    const first = model.duals.columns - rows.length;
    const expected = kernel.map((row) =>
      [0, 1, 2].map((c) =>
        row.reduce(
          (sum, k, j) => sum + k * model.duals.data[c * model.duals.columns + first + j]!,
          model.intercepts[c]!,
        ),
      ),
    );
    model
      .scores(labelled.x)
      .data.forEach((score, p) => expect(score).toBeCloseTo(expected.flat()[p]!, 9));
  });
});

describeGolden('het.hfa', (golden) => {
  it('gives the value, dual variables, threshold, metric and decisions', async () => {
    const { Xs, ys, Xt, yt, Z } = golden.inputs;
    const bound = golden.options['lambda'] as number;
    const model = await new FeatureAugmentation({ traceBound: bound, tolerance: 1e-9 }).fit({
      source: { x: rowsOf(Xs!), y: ys!.data },
      target: { x: rowsOf(Xt!), labelled: { x: rowsOf(Xt!), y: yt!.data } },
    });
    const { data } = model.duals;
    expectGolden(golden, 'objective', model.diagnostics.facts!['objectives'] as number[]);
    expectGolden(golden, 'alpha', data.map(Math.abs));
    expectGolden(golden, 'bias', model.intercepts);
    expectGolden(golden, 'decision', model.scores(rowsOf(Z!)).data);
    const kernel = blockKernel([rowsOf(Xs!), rowsOf(Xt!)]);
    const root = toRows(symmetricPower(linalg, kernel, 0.5));
    expect(transposed(root)).toHaveLength(data.length);
    expectGolden(golden, 'H', metricOf(root, Array.from(data), bound).flat());
  });
});

describeWith(
  ['data', 'hetero_office31_amazon800_dslr600'],
  "Office-31, amazon to dslr, the authors' split",
  (folder) => {
    it('counts 229 of 405, where the authors, who stop early, count 230', async () => {
      const { source, labelled, test } = await readSplit(folder);
      const model = await new FeatureAugmentation().fit({
        source,
        target: { x: test.x, labelled },
      });
      const predicted = await model.predict(test.x);
      const right = predicted.filter((label, i) => label === test.y[i]).length;
      expect(Math.abs(right - 229)).toBeLessThanOrEqual(1);
    });
  },
);
