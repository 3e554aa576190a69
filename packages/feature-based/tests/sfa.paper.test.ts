import { denseMatrix, toMatrix } from '@graft-ml/core';
import { SpectralFeatureAlignment } from '@graft-ml/feature-based';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { coOccurrence, spectralAlignment } from '../src/internal/bipartite-spectrum.js';
import { occurrenceInformation } from '../src/internal/occurrences.js';
import { largestGap, valuesOf } from './support/measure.js';
import { reviews } from './support/reviews.js';

describe('the formula of SFA', () => {
  const { xs, xt } = reviews();

  it('takes eigenvectors of the normalised bipartite graph', () => {
    const x = toMatrix([...xs, ...xt], 'test', 'x');
    const range = (from: number, to: number) =>
      Int32Array.from({ length: to - from }, (_, j) => from + j);
    const m = coOccurrence(referenceLinearAlgebra, x, range(10, 30), range(0, 10));
    const { vectors, singularValues } = spectralAlignment(referenceLinearAlgebra, m, 4);
    // D^(−1/2)·A·D^(−1/2) with A = [0 M; Mᵀ 0], put together entry by entry
    const edge = (i: number, j: number) =>
      i < 20 && j >= 20
        ? m.data[10 * i + j - 20]!
        : i >= 20 && j < 20
          ? m.data[10 * j + i - 20]!
          : 0;
    const all = Array.from({ length: 30 }, (_, i) => i);
    const degrees = all.map((i) => all.reduce((sum, j) => sum + edge(i, j), 0));
    const graph = denseMatrix(
      30,
      30,
      Float64Array.from(
        all.flatMap((i) => all.map((j) => edge(i, j) / Math.sqrt(degrees[i]! * degrees[j]!))),
      ),
    );
    const { values, vectors: whole } = referenceLinearAlgebra.eigenSymmetric(graph, { count: 4 });
    expect(largestGap(singularValues, values)).toBeLessThan(1e-12);
    expect(singularValues[0]).toBeCloseTo(1, 12);
    for (let k = 0; k < 4; k++) {
      const part = Array.from({ length: 20 }, (_, i) => Math.SQRT2 * whole.data[4 * i + k]!);
      const own = Array.from({ length: 20 }, (_, i) => vectors.data[4 * i + k]!);
      const sign = Math.sign(part.reduce((sum, value, i) => sum + value * own[i]!, 0));
      expect(
        largestGap(
          part,
          own.map((value) => sign * value),
        ),
      ).toBeLessThan(1e-9);
    }
  });

  it('measures what an occurrence tells of the domain in nats', () => {
    expect(occurrenceInformation([10, 0], [10, 10], true)).toBeCloseTo(Math.log(2), 12);
    expect(occurrenceInformation([3, 30], [10, 100], true)).toBeCloseTo(0, 12);
    const [p, q] = [0.2, 0.6];
    const kl = (a: number, b: number) =>
      a * Math.log(a / b) + (1 - a) * Math.log((1 - a) / (1 - b));
    const even = (kl(p, 0.4) + kl(q, 0.4)) / 2;
    expect(occurrenceInformation([2, 60], [10, 100], true)).toBeCloseTo(even, 12);
    const mean = (10 * p + 100 * q) / 110;
    const byRows = (10 * kl(p, mean) + 100 * kl(q, mean)) / 110;
    expect(occurrenceInformation([2, 60], [10, 100], false)).toBeCloseTo(byRows, 12);
  });

  it('adds γ·x·U', async () => {
    const of = async (weight: number) => {
      const method = new SpectralFeatureAlignment({ nIndependent: 10, nComponents: 3, weight });
      const { fitted } = await method.fit({ source: { x: xs }, target: { x: xt } });
      return { values: valuesOf(await fitted.transform(xt.slice(0, 1), 'target')), fitted };
    };
    const { values, fitted } = await of(0.6);
    const expected = Array.from({ length: 3 }, (_, k) =>
      xt[0]!.reduce((sum, value, j) => sum + value * fitted.combinations.data[3 * j + k]!, 0),
    );
    expect(largestGap(values.subarray(30), expected)).toBeLessThan(1e-12);
    const twice = (await of(1.2)).values.subarray(30);
    expect(
      largestGap(
        twice,
        expected.map((value) => 2 * value),
      ),
    ).toBeLessThan(1e-12);
  });
});

describeGolden('feat.sfa', (golden) => {
  it('gives co-occurrences, singular values, vectors and new features', () => {
    const x = toMatrix(rowsOf(golden.inputs['X']!), 'test', 'X');
    const specific = Int32Array.from(golden.options['dependent'] as number[]);
    const independent = Int32Array.from(golden.options['independent'] as number[]);
    const m = coOccurrence(referenceLinearAlgebra, x, specific, independent);
    expectGolden(golden, 'cooccurrence', m.data);
    const found = spectralAlignment(referenceLinearAlgebra, m, golden.options['k'] as number);
    expectGolden(golden, 'singularValues', found.singularValues);
    expectGolden(golden, 'U', found.vectors.data);
    const whole = denseMatrix(14, 3);
    specific.forEach((feature, i) =>
      whole.data.set(found.vectors.data.subarray(3 * i, 3 * i + 3), 3 * feature),
    );
    expectGolden(golden, 'newFeatures', referenceLinearAlgebra.multiply(x, whole).data);
  });
});
