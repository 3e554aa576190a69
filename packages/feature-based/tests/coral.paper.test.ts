import { denseMatrix, type SparseMatrix, toDense, toMatrix } from '@graft-ml/core';
import { Coral } from '@graft-ml/feature-based';
import {
  covariance,
  randomSource,
  referenceLinearAlgebra,
  symmetricPower,
} from '@graft-ml/numerics';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import small from './fixtures/coral.json' with { type: 'json' };
import { largestGap, valuesOf } from './support/measure.js';

describe('the formula of CORAL', () => {
  // Diagonal covariances commute, so the roots are scalars: cov(xs) = diag(4, 1)·8/3, cov(xt) = diag(1, 9)·2/3.
  const xs = [
    [2, 2],
    [2, 0],
    [-2, 0],
    [-2, -2],
  ];
  const xt = [
    [1, 0],
    [-1, 0],
    [0, 3],
    [0, -3],
  ];

  it('is A = cs^(−1/2)·ct^(1/2) by hand where covariances are diagonal', async () => {
    const source = [
      [2, 0],
      [-2, 0],
      [0, 1],
      [0, -1],
    ];
    const { fitted } = await new Coral({ regularization: 0.5 }).fit({
      source: { x: source },
      target: { x: xt },
    });
    const by = (s: number, t: number) => Math.sqrt((t + 0.5) / (s + 0.5));
    const expected = [by(8 / 3, 2 / 3), 0, 0, by(2 / 3, 6)];
    expect(largestGap(fitted.maps[0]!.data, expected)).toBeLessThan(1e-14);
  });

  it('minimises ‖Aᵀ·cs·A − ct‖: nothing is left', async () => {
    const { fitted } = await new Coral().fit({ source: { x: xs }, target: { x: xt } });
    const a = fitted.maps[0]!;
    const { multiply } = referenceLinearAlgebra;
    const cs = plusIdentity(valuesOf(covariance(referenceLinearAlgebra, matrix(xs))));
    const ct = plusIdentity(valuesOf(covariance(referenceLinearAlgebra, matrix(xt))));
    const aligned = multiply(multiply(a, denseMatrix(2, 2, cs), { transposeA: true }), a);
    expect(largestGap(aligned.data, ct)).toBeLessThan(1e-13);
  });

  it('tends to the identity as the regularization grows', async () => {
    const { fitted } = await new Coral({ regularization: 1e9 }).fit({
      source: { x: xs },
      target: { x: xt },
    });
    expect(largestGap(fitted.maps[0]!.data, [1, 0, 0, 1])).toBeLessThan(1e-8);
  });

  it('agrees with a case computed elsewhere', async () => {
    const { fitted } = await new Coral({ regularization: small.regularization }).fit({
      source: { x: small.xs },
      target: { x: small.xt },
    });
    expect(largestGap(fitted.maps[0]!.data, small.map.flat())).toBeLessThan(1e-12);
  });
});

describe('CORAL on fewer rows than features', () => {
  const random = randomSource(14);
  const draw = (n: number) =>
    Array.from({ length: n }, () =>
      Array.from({ length: 20 }, (_, j) => (random.uniform() < 0.4 ? j * random.normal() : 0)),
    );
  const [xs, xt] = [draw(9), draw(8)];
  const weights = xs.map((_, i) => 0.5 + (i % 3));
  const compressed = (rows: number[][]): SparseMatrix => {
    const columns = rows.map((row) => row.flatMap((value, j) => (value ? [j] : [])));
    const starts = [0];
    for (const row of columns) starts.push(starts.at(-1)! + row.length);
    return {
      format: 'csr',
      rows: rows.length,
      columns: 20,
      rowStarts: Int32Array.from(starts),
      columnIndices: Int32Array.from(columns.flat()),
      values: Float64Array.from(rows.flatMap((row) => row.filter((value) => value))),
    };
  };

  it.each(['none', 'both'] as const)(
    'is the formula, by factors, dense and sparse, weighted (centring: %s)',
    async (centring) => {
      const linearAlgebra = referenceLinearAlgebra;
      const root = (x: number[][], power: number, options = {}) => {
        const c = covariance(linearAlgebra, toDense(toMatrix(x, 'test', 'x')), options);
        for (let j = 0; j < 20; j++) c.data[21 * j]! += 0.3;
        return symmetricPower(linearAlgebra, c, power);
      };
      const expected = linearAlgebra.multiply(root(xs, -1 / 2, { weights }), root(xt, 1 / 2));
      for (const form of [(rows: number[][]) => rows, compressed]) {
        const { fitted, problem } = await new Coral({ regularization: 0.3, centring }).fit({
          source: { x: form(xs), weights },
          target: { x: form(xt) },
        });
        expect(largestGap(fitted.maps[0]!.data, expected.data)).toBeLessThan(1e-10);
        const restored = Coral.restore(fitted.toState(), { linearAlgebra, restore: () => fitted });
        const again = await restored.transform(form(xs), 'source');
        expect(valuesOf(again)).toEqual(valuesOf(problem.sources[0]!.x));
      }
    },
  );
});

for (const id of ['lambda0', 'lambda1', 'small', 'wide']) {
  describeGolden(`feat.coral.${id}`, (golden) => {
    it('gives the map, the mapped source and the mapped new rows', async () => {
      const { Xs, Xt, Xnew } = golden.inputs;
      const { problem, fitted } = await new Coral({
        regularization: golden.options['lambda'] as number,
      }).fit({ source: { x: rowsOf(Xs!) }, target: { x: rowsOf(Xt!) } });
      expectGolden(golden, 'A', fitted.maps[0]!.data);
      expectGolden(golden, 'XsMapped', valuesOf(problem.sources[0]!.x));
      expectGolden(golden, 'newMapped', valuesOf(await fitted.transform(rowsOf(Xnew!), 'source')));
    });
  });
}

describeGolden('feat.coral.centred', (golden) => {
  it('gives both centred domains; its covariances divide by n, ours by n − 1', async () => {
    const { Xs, Xt } = golden.inputs;
    const { problem } = await new Coral({ regularization: 0, centring: 'both' }).fit({
      source: { x: rowsOf(Xs!) },
      target: { x: rowsOf(Xt!) },
    });
    const [ns, nt] = [Xs!.shape[0]!, Xt!.shape[0]!];
    const factor = Math.sqrt(((ns / (ns - 1)) * (nt - 1)) / nt);
    const moved = valuesOf(problem.sources[0]!.x).map((value) => value * factor);
    expectGolden(golden, 'XsMapped', moved);
    expectGolden(golden, 'XtMapped', valuesOf(problem.target.x));
  });
});

function matrix(rows: readonly number[][]) {
  return denseMatrix(rows.length, rows[0]!.length, Float64Array.from(rows.flat()));
}

function plusIdentity(data: Float64Array): Float64Array {
  return data.map((value, p) => value + (p % 3 === 0 ? 1 : 0));
}
