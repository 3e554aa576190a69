import { type DenseMatrix, denseMatrix } from '@graft-ml/core';
import { GeodesicFlowKernel } from '@graft-ml/feature-based';
import { Standardizer } from '@graft-ml/learners';
import { randomSource, referenceLinearAlgebra } from '@graft-ml/numerics';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { geodesicFlow } from '../src/internal/geodesic-flow.js';
import { largestGap, valuesOf } from './support/measure.js';

const { multiply, qr } = referenceLinearAlgebra;

describe('the formula of GFK', () => {
  it('is the integral over the geodesic, by 2000 midpoints', () => {
    const random = randomSource(3);
    const basis = () =>
      qr(
        denseMatrix(
          7,
          2,
          Float64Array.from({ length: 14 }, () => random.normal()),
        ),
      ).q;
    const { factor, angles, start, towards } = geodesicFlow(
      referenceLinearAlgebra,
      basis(),
      basis(),
    );
    const sum = denseMatrix(7, 7);
    for (let step = 0; step < 2000; step++) {
      const t = (step + 0.5) / 2000;
      const phi = start.data.map((a, p) => {
        const angle = angles[p % 2]!;
        const n = towards.data[p]! / Math.sin(angle);
        return a * Math.cos(t * angle) + n * Math.sin(t * angle);
      });
      const outer = multiply(denseMatrix(7, 2, phi), denseMatrix(7, 2, phi), { transposeB: true });
      outer.data.forEach((value, p) => (sum.data[p]! += value / 2000));
    }
    expect(largestGap(kernelOf(factor).data, sum.data)).toBeLessThan(1e-6);
  });

  it('is the projection on the subspace where both are the same', async () => {
    const x = [
      [1, 2, 0],
      [-1, -2, 0],
      [3, 6, 0],
      [-3, -6, 0],
    ];
    const { fitted } = await new GeodesicFlowKernel({ nComponents: 1 }).fit({
      source: { x },
      target: { x },
    });
    const kernel = kernelOf(fitted.target.matrix!);
    expect(largestGap(kernel.data, [0.2, 0.4, 0, 0.4, 0.8, 0, 0, 0, 0])).toBeLessThan(1e-12);
  });

  it.each([1e-7, 1e-5, 0.99e-4, 1.01e-4, 1e-3])('is smooth through an angle of %p', (angle) => {
    const ps = denseMatrix(2, 1, Float64Array.of(1, 0));
    const pt = denseMatrix(2, 1, Float64Array.of(Math.cos(angle), Math.sin(angle)));
    const kernel = kernelOf(geodesicFlow(referenceLinearAlgebra, ps, pt).factor).data;
    // Φ(t) = (cos tθ, sin tθ): the integral by its series.
    const expected = [1 - angle ** 2 / 3, angle / 2 - angle ** 3 / 6, angle ** 2 / 3];
    expect(Math.abs(kernel[0]! - expected[0]!)).toBeLessThan(1e-12);
    expect(Math.abs(kernel[1]! - expected[1]!)).toBeLessThan(1e-12);
    expect(Math.abs(kernel[3]! - expected[2]!)).toBeLessThan(1e-12);
  });
});

function kernelOf(factor: DenseMatrix): DenseMatrix {
  return multiply(factor, factor, { transposeB: true });
}

describeGolden('feat.gfk', (golden) => {
  it('gives kernel, angles and similarities', async () => {
    const { Xs, Xt } = golden.inputs;
    const given = { source: { x: rowsOf(Xs!) }, target: { x: rowsOf(Xt!) } };
    const scaled = (await new Standardizer().fit(given)).problem;
    const method = new GeodesicFlowKernel({ nComponents: golden.options['dim'] as number });
    const { problem, fitted } = await method.fit(scaled);
    expectGolden(golden, 'G', kernelOf(fitted.target.matrix!).data);
    expectGolden(golden, 'angles', fitted.diagnostics.facts!['angles'] as number[]);
    const [source, target] = [problem.sources[0]!.x, problem.target.x];
    const zs = denseMatrix(source.rows, source.columns, valuesOf(source));
    const zt = denseMatrix(target.rows, target.columns, valuesOf(target));
    expectGolden(golden, 'kernelTS', multiply(zt, zs, { transposeB: true }).data);
    const { data } = referenceLinearAlgebra.squaredDistances(zt, zs);
    const predicted = Array.from({ length: zt.rows }, (_, i) => {
      const row = data.subarray(i * zs.rows, (i + 1) * zs.rows);
      return golden.inputs['ys']!.data[row.indexOf(Math.min(...row))]!;
    });
    expectGolden(golden, 'pred', predicted);
  });
});

describeGolden('feat.gfk.zeroangle', (golden) => {
  it('keeps a common direction with weight 1', () => {
    const { Ps, Pt } = golden.inputs;
    const basis = (given: typeof Ps) =>
      denseMatrix(given!.shape[0]!, given!.shape[1]!, Float64Array.from(given!.data));
    const { factor, angles } = geodesicFlow(referenceLinearAlgebra, basis(Ps), basis(Pt));
    expectGolden(golden, 'G', kernelOf(factor).data);
    expectGolden(golden, 'angles', angles);
  });
});

describeGolden('feat.principalangles', (golden) => {
  it('gives the angles between subspaces given by any basis', () => {
    const { A, B } = golden.inputs;
    const basis = (given: typeof A) =>
      qr(denseMatrix(given!.shape[0]!, given!.shape[1]!, Float64Array.from(given!.data))).q;
    const { angles } = geodesicFlow(referenceLinearAlgebra, basis(A), basis(B));
    expectGolden(golden, 'angles', angles);
    expectGolden(golden, 'cosines', angles.map(Math.cos));
  });
});
