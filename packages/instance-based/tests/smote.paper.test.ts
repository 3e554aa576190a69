import { denseMatrix, toDense } from '@graft-ml/core';
import { Smote } from '@graft-ml/instance-based';
import { nearestNeighbours, referenceLinearAlgebra } from '@graft-ml/numerics';
import { describeGolden, expectGolden } from '../../../tools/testing/golden.js';
import { basesOf, interpolate } from '../src/internal/synthesize.js';
import { randomSource } from '@graft-ml/numerics';
import { uneven } from './support/imbalance.js';

/** The new rows of class a, and its three rows. */
async function made(gap: 'sample' | 'attribute') {
  const { problem } = await new Smote({ gap }).fit(uneven);
  const { data } = toDense(problem.sources[0]!.x);
  const row = (i: number) => Array.from(data.subarray(3 * i, 3 * i + 3));
  const labels = problem.sources[0]!.y!;
  const rows = Array.from(labels.keys()).filter((i) => labels[i] === 0);
  return { given: rows.slice(0, 3).map(row), synthetic: rows.slice(3).map(row) };
}

describe('the formula of SMOTE', () => {
  it('puts new rows on the segment between two rows of the class', async () => {
    const { given, synthetic } = await made('sample');
    expect(synthetic).toHaveLength(6);
    for (const row of synthetic) {
      const onSegment = given.some((x) =>
        given.some((z) => {
          if (x === z) return false;
          const g = (row[1]! - x[1]!) / (z[1]! - x[1]!);
          return (
            g >= 0 &&
            g < 1 &&
            row.every((value, j) => Math.abs(value - x[j]! - g * (z[j]! - x[j]!)) < 1e-12)
          );
        }),
      );
      expect(onSegment).toBe(true);
    }
  });

  it('puts them in the box between two rows, as the listing does, if asked to', async () => {
    const { given, synthetic } = await made('attribute');
    for (const row of synthetic) {
      const inBox = given.some((x) =>
        given.some((z) => row.every((value, j) => (value - x[j]!) * (value - z[j]!) <= 1e-12)),
      );
      expect(inBox).toBe(true);
    }
  });

  it('begins equally many new rows at every row, but for a remainder', () => {
    const bases = basesOf(4, 11, randomSource(1));
    const counts = [0, 1, 2, 3].map((row) => bases.filter((base) => base === row).length);
    expect(counts.sort()).toEqual([2, 3, 3, 3]);
  });
});

describeGolden('inst.smote', (golden) => {
  const [rows = 0, columns = 0] = golden.inputs['X']!.shape;
  const x = denseMatrix(rows, columns, Float64Array.from(golden.inputs['X']!.data));
  const { indices } = nearestNeighbours(referenceLinearAlgebra, 3, x);
  const bases = golden.inputs['seed']!.data;
  const ends = golden.inputs['neighbour']!.data.map((rank, k) => indices[3 * bases[k]! + rank]!);

  it('gives the same neighbours and new rows', () => {
    expectGolden(golden, 'neighbours', indices);
    const { gap, gapPerAttribute } = golden.inputs;
    expectGolden(golden, 'synthetic', interpolate(x, bases, ends, gap!.data).data);
    const boxed = interpolate(x, bases, ends, gapPerAttribute!.data);
    expectGolden(golden, 'syntheticPerAttribute', boxed.data);
  });
});
