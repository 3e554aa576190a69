import { denseMatrix } from '@graft-ml/core';
import { SubspaceAlignment } from '@graft-ml/feature-based';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { largestGap, valuesOf } from './support/measure.js';

describe('the formula of subspace alignment', () => {
  // The main axis of the source is (1, 0), that of the target (3, 4)/5: M is their cosine, 0.6.
  const xs = [
    [2, 1],
    [-2, 1],
    [2, 0.5],
    [-2, 0.5],
  ];
  const xt = [
    [3, 4],
    [-3, -4],
    [6, 8],
    [-6, -8],
  ];

  it('maps the source by ps·psᵀ·pt and the target by pt, each around its own mean', async () => {
    const { problem, fitted } = await new SubspaceAlignment({ nComponents: 1 }).fit({
      source: { x: xs },
      target: { x: xt },
    });
    expect(largestGap(fitted.target.matrix!.data, [0.6, 0.8])).toBeLessThan(1e-12);
    expect(largestGap(fitted.sources[0]!.matrix!.data, [0.6, 0])).toBeLessThan(1e-12);
    expect(largestGap(valuesOf(problem.sources[0]!.x), [1.2, -1.2, 1.2, -1.2])).toBeLessThan(1e-12);
    expect(largestGap(valuesOf(problem.target.x), [5, -5, 10, -10])).toBeLessThan(1e-12);
    expect(fitted.diagnostics.facts!['cosines']).toEqual([[expect.closeTo(0.6, 12)]]);
  });

  it('is principal component analysis of both where the domains are equal', async () => {
    const { problem, fitted } = await new SubspaceAlignment({ nComponents: 1 }).fit({
      source: { x: xt },
      target: { x: xt },
    });
    expect(valuesOf(problem.sources[0]!.x)).toEqual(valuesOf(problem.target.x));
    expect(fitted.diagnostics.facts!['varianceKept']).toEqual([1, 1]);
  });
});

describeGolden('feat.sa', (golden) => {
  it('gives the aligned source, the projected target and the subspace angles', async () => {
    const { Xs, Xt } = golden.inputs;
    const { problem, fitted } = await new SubspaceAlignment({
      nComponents: golden.options['components'] as number,
    }).fit({ source: { x: rowsOf(Xs!) }, target: { x: rowsOf(Xt!) } });
    const aligned = denseMatrix(Xs!.shape[0]!, 3, valuesOf(problem.sources[0]!.x));
    const projected = denseMatrix(Xt!.shape[0]!, 3, valuesOf(problem.target.x));
    expectGolden(golden, 'XsAligned', aligned.data);
    expectGolden(golden, 'XtProjected', projected.data);
    const { multiply } = referenceLinearAlgebra;
    expectGolden(golden, 'similarity', multiply(aligned, projected, { transposeB: true }).data);
    const [cosines] = fitted.diagnostics.facts!['cosines'] as number[][];
    expectGolden(golden, 'singularValuesOfM', cosines!);
    const source = fitted.sources[0]!.matrix!.data;
    const squares = source.reduce(
      (sum, v, p) => sum + (v - fitted.target.matrix!.data[p]!) ** 2,
      0,
    );
    expectGolden(golden, 'frobeniusGap', [Math.sqrt(squares)]);
  });
});
