import { denseMatrix } from '@graft-ml/core';
import { ManifoldAlignment } from '@graft-ml/heterogeneous';
import { randomSource, referenceLinearAlgebra } from '@graft-ml/numerics';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { alignClasses } from '../src/internal/align-classes.js';
import { classPairs } from '../src/internal/class-pairs.js';
import { gap, normalRows, product, toRows, transposed, type Rows } from './support/rows.js';

const random = randomSource(12);

/** Rows side by side with zeros: the columns of Z, as rows. */
function placed(x: Rows, y: Rows): Rows {
  return [
    ...x.map((row) => [...row, ...y[0]!.map(() => 0)]),
    ...y.map((row) => [...x[0]!.map(() => 0), ...row]),
  ];
}

/** Σ over pairs i < j of weight·(zᵢ − zⱼ)(zᵢ − zⱼ)'. */
function scatter(z: Rows, weight: (i: number, j: number) => number): Rows {
  const sum = z[0]!.map(() => z[0]!.map(() => 0));
  for (let i = 0; i < z.length; i++) {
    for (let j = 0; j < i; j++) {
      const w = weight(i, j);
      const d = z[i]!.map((v, k) => v - z[j]![k]!);
      d.forEach((a, k) => d.forEach((b, l) => (sum[k]![l]! += w * a * b)));
    }
  }
  return sum;
}

const dense = (rows: Rows) =>
  denseMatrix(rows.length, rows[0]!.length, Float64Array.from(rows.flat()));

describe('scatter of classes', () => {
  it('is the sum over all pairs of labelled rows', () => {
    const [x, y] = [normalRows(random, 6, 3), normalRows(random, 5, 2)];
    const [a, b] = [
      [0, 1, 2, 0, 1, 1],
      [2, 0, 0],
    ];
    const views = [
      { rows: dense(x), y: Float64Array.from(a) },
      { rows: dense(y), y: Float64Array.from(b) },
    ];
    const { same, different, nDifferent } = classPairs(referenceLinearAlgebra, views, 3);
    const z = placed(x, y.slice(0, 3));
    const classes = [...a, ...b];
    const equal = (i: number, j: number) => Number(classes[i] === classes[j]);
    expect(gap(toRows(same), scatter(z, equal))).toBeLessThan(1e-12);
    expect(
      gap(
        toRows(different),
        scatter(z, (i, j) => 1 - equal(i, j)),
      ),
    ).toBeLessThan(1e-12);
    expect(nDifferent).toBe(36 - 10);
  });
});

describe('the formula', () => {
  it('solves the generalised eigenproblem of neighbours and classes', async () => {
    const [x, xt] = [normalRows(random, 12, 3), normalRows(random, 9, 2)];
    const y = x.map((_, i) => i % 2);
    const [few, yt] = [xt.slice(0, 4), [0, 1, 0, 1]];
    const options = { neighbours: 2, gamma: 0.4, nComponents: 2, neighbourhoodWeight: 0.7 };
    const { fitted } = await new ManifoldAlignment({
      ...options,
      regularization: 0.01,
      centring: 'none',
    }).fit({
      source: { x, y },
      target: { x: xt.slice(4), labelled: { x: few, y: yt } },
    });
    const z = placed(x, xt);
    const classes = [...y, ...yt, ...xt.slice(4).map(() => -1)];
    const squared = (i: number, j: number) =>
      z[i]!.reduce((sum, v, k) => sum + (v - z[j]![k]!) ** 2, 0);
    const domain = (i: number) => Number(i >= 12);
    const nearest = z.map((_, i) =>
      z
        .map((_row, j) => j)
        .filter((j) => j !== i && domain(j) === domain(i))
        .sort((a, b) => squared(i, a) - squared(i, b))
        .slice(0, 2),
    );
    const edge = (i: number, j: number) =>
      nearest[i]!.includes(j) || nearest[j]!.includes(i) ? Math.exp(-0.4 * squared(i, j)) : 0;
    const both = (i: number, j: number) => classes[i]! >= 0 && classes[j]! >= 0;
    const left = scatter(
      z,
      (i, j) => 0.7 * edge(i, j) + Number(both(i, j) && classes[i] === classes[j]),
    );
    const right = scatter(z, (i, j) => Number(both(i, j) && classes[i] !== classes[j]));
    const ridge = (0.01 * right.reduce((sum, row, j) => sum + row[j]!, 0)) / 5;
    const ridged = right.map((row, i) => row.map((v, j) => v + (i === j ? ridge : 0)));
    const f = [...toRows(fitted.sourceWeights), ...toRows(fitted.targetWeights)];
    const values = fitted.diagnostics.facts!.eigenvalues as number[];
    const expected = product(ridged, f).map((row) => row.map((v, k) => values[k]! * v));
    const size = Math.max(...expected.flat().map(Math.abs));
    expect(gap(product(left, f), expected) / size).toBeLessThan(1e-11);
    expect(values[0]).toBeLessThanOrEqual(values[1]!);

    const nDifferent =
      classes.filter((c) => c === 0).length * classes.filter((c) => c === 1).length;
    const between = product(product(transposed(f), ridged), f);
    expect(between[0]![0]! / nDifferent).toBeCloseTo(1, 10);
  });
});

describeGolden('het.dama', (golden) => {
  it('gives the reference eigenvalues, maps and embedding', () => {
    const [x1, x2] = [rowsOf(golden.inputs.X1!), rowsOf(golden.inputs.X2!)];
    const views = [
      { rows: dense(x1), y: Float64Array.from(golden.inputs.y1!.data) },
      { rows: dense(x2), y: Float64Array.from(golden.inputs.y2!.data) },
    ];
    const { different } = classPairs(referenceLinearAlgebra, views, 2);
    const diagonal = toRows(different).map((row, j) => row[j]!);
    const { eigen } = alignClasses(referenceLinearAlgebra, {
      views,
      nClasses: 2,
      neighbourhoodWeight: 1,
      neighbours: 3,
      gamma: 1,
      // The reference adds 0.001 itself; here it is a share of the mean of this diagonal.
      regularization: (0.001 * diagonal.length) / diagonal.reduce((sum, v) => sum + v, 0),
      count: 2,
    });
    expectGolden(golden, 'eigenvalues', eigen.values);
    expectGolden(golden, 'map1', eigen.vectors.data.subarray(0, 8));
    expectGolden(golden, 'map2', eigen.vectors.data.subarray(8));
    expectGolden(golden, 'embedding', product(placed(x1, x2), toRows(eigen.vectors)).flat());
  });
});
