import { toDense } from '@graft-ml/core';
import { GeodesicFlowKernel, SamplingGeodesicFlow } from '@graft-ml/feature-based';
import { randomSource, referenceLinearAlgebra } from '@graft-ml/numerics';
import { largestGap } from './support/measure.js';

function domains() {
  const random = randomSource(21);
  const rows = (spreads: number[]) =>
    Array.from({ length: 30 }, () => spreads.map((spread) => spread * random.normal()));
  return { source: { x: rows([5, 4, 1, 1, 0.5, 0.2]) }, target: { x: rows([1, 3, 5, 1, 0.2, 2]) } };
}

async function mapOf(nSubspaces: number) {
  const method = new SamplingGeodesicFlow({ nComponents: 2, nSubspaces });
  return toDense((await method.fit(domains())).fitted.target.matrix!);
}

const gram = (a: Awaited<ReturnType<typeof mapOf>>) =>
  referenceLinearAlgebra.multiply(a, a, { transposeB: true }).data;

describe('the formula of SGF', () => {
  it('tends to the geodesic flow kernel as subspaces are taken more densely', async () => {
    const { fitted } = await new GeodesicFlowKernel({ nComponents: 2 }).fit(domains());
    const kernel = gram(toDense(fitted.target.matrix!));
    const gaps = [];
    for (const count of [9, 65, 513]) gaps.push(largestGap(gram(await mapOf(count)), kernel));
    expect(gaps[0]! / gaps[1]!).toBeGreaterThan(6);
    expect(gaps[1]! / gaps[2]!).toBeGreaterThan(6);
    expect(gaps[2]).toBeLessThan(2e-3);
  });

  it('takes orthonormal bases, equally far apart, the ends spanning the subspaces of source and target', async () => {
    const count = 5;
    const wide = await mapOf(count);
    const basis = (s: number) => {
      const data = new Float64Array(12);
      for (let i = 0; i < 6; i++) {
        for (let j = 0; j < 2; j++) {
          data[2 * i + j] = Math.sqrt(count) * wide.data[i * 2 * count + 2 * s + j]!;
        }
      }
      return { format: 'dense' as const, rows: 6, columns: 2, data };
    };
    const product = (a: number, b: number) =>
      referenceLinearAlgebra.multiply(basis(a), basis(b), { transposeA: true });
    const cosines = Array.from({ length: count - 1 }, (_, s) => product(s, s + 1).data);
    for (let s = 0; s < count; s++) {
      expect(largestGap(product(s, s).data, [1, 0, 0, 1])).toBeLessThan(1e-12);
    }
    for (const cosine of cosines) expect(largestGap(cosine, cosines[0]!)).toBeLessThan(1e-12);
    const { fitted } = await new GeodesicFlowKernel({ nComponents: 2 }).fit(domains());
    const angles = fitted.diagnostics.facts?.['angles'] as number[];
    const whole = referenceLinearAlgebra.svd(product(0, count - 1)).s;
    expect(largestGap(whole, angles.map(Math.cos))).toBeLessThan(1e-12);
  });

  it('looks in one subspace where source and target have the same', async () => {
    const { source } = domains();
    const method = new SamplingGeodesicFlow({ nComponents: 2, nSubspaces: 2 });
    const { fitted } = await method.fit({ source, target: source });
    const { data } = toDense(fitted.target.matrix!);
    for (let i = 0; i < 6; i++) {
      expect(Math.abs(data[4 * i]! - data[4 * i + 2]!)).toBeLessThan(1e-12);
    }
  });
});
