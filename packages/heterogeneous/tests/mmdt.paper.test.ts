import { MaxMarginTransform } from '@graft-ml/heterogeneous';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { product, toRows, transposed } from './support/rows.js';
import { twoViews, viewClasses } from './support/views.js';

const { source, labelled } = twoViews(18, 6);
const ones = (x: number[][]) => x.map((row) => [...row, 1]);
const slack = (scores: number[][], y: string[]) =>
  scores.reduce(
    (sum, row, i) =>
      sum +
      row.reduce((all, s, c) => all + Math.max(0, 1 - (viewClasses[c] === y[i] ? s : -s)) ** 2, 0),
    0,
  );

describe('the formula of MMDT', () => {
  it('gives a transform that no entry improves for its hyperplanes', async () => {
    const method = new MaxMarginTransform({ regularization: 0.3, tolerance: 1e-9 });
    const model = await method.fit({ source, target: { x: labelled.x, labelled } });
    const theta = toRows(model.hyperplanes);
    const objective = (a: number[][]) => {
      const moved = product(ones(labelled.x), transposed(a));
      const square = a.reduce((sum, row) => sum + row.reduce((all, v) => all + v * v, 0), 0);
      return 0.15 * square + slack(product(moved, transposed(theta)), labelled.y) / 2;
    };
    const a = toRows(model.transform);
    const trace = model.diagnostics.facts!['trace'] as { transforming: number }[];
    expect(trace[1]!.transforming).toBeCloseTo(objective(a), 10);
    const h = 1e-4;
    a.forEach((row, i) =>
      row.forEach((_, j) => {
        const moved = (by: number) =>
          objective(a.map((r, k) => r.map((v, l) => (k === i && l === j ? v + by : v))));
        expect(Math.abs(moved(h) - moved(-h)) / (2 * h)).toBeLessThan(1e-5);
      }),
    );
  });

  it('gives hyperplanes that no entry improves for the prior, after one alternation', async () => {
    const options = { sourceCost: 0.2, targetCost: 3, alternations: 1, prior: 'identity' } as const;
    const method = new MaxMarginTransform({ ...options, tolerance: 1e-9 });
    const model = await method.fit({ source, target: { x: labelled.x, labelled } });
    // The rectangular identity cuts [x; 1] of 5 entries into the first 5 of 7 coordinates.
    const moved = ones(labelled.x).map((row) => [...row, 0, 0]);
    const objective = (theta: number[][]) => {
      const square = theta.reduce((sum, row) => sum + row.reduce((all, v) => all + v * v, 0), 0);
      const own = slack(product(ones(source.x), transposed(theta)), source.y);
      return square / 2 + 0.2 * own + 3 * slack(product(moved, transposed(theta)), labelled.y);
    };
    const theta = toRows(model.hyperplanes);
    const trace = model.diagnostics.facts!['trace'] as { separating: number }[];
    expect(trace[0]!.separating).toBeCloseTo(objective(theta), 9);
    const h = 1e-4;
    theta.forEach((row, i) =>
      row.forEach((_, j) => {
        const nudged = (by: number) =>
          objective(theta.map((r, k) => r.map((v, l) => (k === i && l === j ? v + by : v))));
        expect(Math.abs(nudged(h) - nudged(-h)) / (2 * h)).toBeLessThan(1e-4);
      }),
    );
  });

  it('scores target rows by θ·A, for two classes by their difference', async () => {
    const two = (rows: { x: number[][]; y: string[] }) => ({
      x: rows.x.filter((_, i) => rows.y[i] !== 'c'),
      y: rows.y.filter((label) => label !== 'c'),
    });
    const few = two(labelled);
    const model = await new MaxMarginTransform().fit({
      source: two(source),
      target: { x: few.x, labelled: few },
    });
    const [first, second] = product(toRows(model.hyperplanes), toRows(model.transform));
    const expected = ones(few.x).map((row) =>
      row.reduce((sum, value, j) => sum + value * (second![j]! - first![j]!), 0),
    );
    model.scores(few.x).data.forEach((score, i) => expect(score).toBeCloseTo(expected[i]!, 9));
  });
});

describeGolden('het.mmdt', (golden) => {
  it('gives hyperplanes, transform, objectives, decisions and predictions', async () => {
    const { Xs, ys, Xt, yt, Z } = golden.inputs;
    const { inputScale, Cs, Ct, gamma, iterations } = golden.options as Record<string, number>;
    const scaled = (array: typeof Xs) =>
      rowsOf(array!).map((row) => row.map((value) => value * inputScale!));
    const model = await new MaxMarginTransform({
      sourceCost: Cs!,
      targetCost: Ct!,
      regularization: 1 / gamma!,
      alternations: iterations!,
      prior: 'identity',
      tolerance: 1e-9,
    }).fit({
      source: { x: scaled(Xs), y: ys!.data },
      target: { x: scaled(Xt), labelled: { x: scaled(Xt), y: yt!.data } },
    });
    expectGolden(golden, 'theta', model.hyperplanes.data);
    expectGolden(golden, 'A', model.transform.data);
    const trace = model.diagnostics.facts!['trace'] as { transforming: number }[];
    const objectives = trace.map(({ transforming }) => transforming * gamma!);
    expectGolden(golden, 'transformObjective', objectives);
    expectGolden(golden, 'decision', model.scores(scaled(Z)).data);
    expectGolden(golden, 'pred', await model.predictEncoded(scaled(Z)));
  });
});
