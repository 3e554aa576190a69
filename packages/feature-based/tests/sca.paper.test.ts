import { denseMatrix, type DenseMatrix } from '@graft-ml/core';
import { ScatterComponentAnalysis } from '@graft-ml/feature-based';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { largestGap } from './support/measure.js';
import { movedClasses } from './support/moved-classes.js';

const { multiply } = referenceLinearAlgebra;

const { xs, xt } = movedClasses();
const ys = xs.map((_, i) => i % 3);

type Row = readonly number[];

function meanOf(rows: readonly Row[], weights = rows.map(() => 1)): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return rows[0]!.map(
    (_, j) => rows.reduce((sum, row, i) => sum + weights[i]! * row[j]!, 0) / total,
  );
}

/** Σ wᵢ·(xᵢ − m)(xᵢ − m)ᵀ, entry by entry. */
function spreadAround(
  rows: readonly Row[],
  centre: (i: number) => Row,
  weight: (i: number) => number,
) {
  const d = rows[0]!.length;
  const result = denseMatrix(d, d);
  rows.forEach((row, i) => {
    for (let a = 0; a < d; a++) {
      for (let b = 0; b < d; b++) {
        result.data[a * d + b]! +=
          weight(i) * (row[a]! - centre(i)[a]!) * (row[b]! - centre(i)[b]!);
      }
    }
  });
  return result;
}

const sumOf = (...parts: (readonly [number, DenseMatrix])[]) =>
  denseMatrix(
    6,
    6,
    Float64Array.from({ length: 36 }, (_, p) =>
      parts.reduce((sum, [factor, { data }]) => sum + factor * data[p]!, 0),
    ),
  );

describe('the formula of SCA', () => {
  it.each([
    [0.5, 1, 0.001],
    [0.2, 30, 0.4],
  ])(
    'maximises scatter over scatter, with sources as domains and weights: β δ ε = %p %p %p',
    async (...letters) => {
      const [classShare, alignment, regularization] = letters;
      const weights = xs.map((_, i) => 1 + (i % 4));
      const parts = [xs.slice(0, 24), xs.slice(24)];
      const [first, second] = [weights.slice(0, 24), weights.slice(24)];
      const method = new ScatterComponentAnalysis({
        classShare,
        alignment,
        regularization,
        nComponents: 4,
      });
      const { fitted } = await method.fit({
        sources: [
          { x: parts[0]!, y: ys.slice(0, 24), weights: first },
          { x: parts[1]!, y: ys.slice(24), weights: second },
        ],
        target: { x: xt },
      });
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const all = [...xs, ...xt];
      const middle = meanOf(all);
      const ofSource = meanOf(xs, weights);
      const ofClass = [0, 1, 2].map((c) =>
        meanOf(
          xs.filter((_, i) => ys[i] === c),
          weights.filter((_, i) => ys[i] === c),
        ),
      );
      const t = spreadAround(
        all,
        () => middle,
        () => 1 / 120,
      );
      const q = spreadAround(
        xs,
        (i) => ofClass[ys[i]!]!,
        (i) => weights[i]! / total,
      );
      const p = spreadAround(
        xs.map((_, i) => ofClass[ys[i]!]!),
        () => ofSource,
        (i) => weights[i]! / total,
      );
      const means = [meanOf(parts[0]!, first), meanOf(parts[1]!, second), meanOf(xt)];
      const centre = meanOf(means);
      const apart = spreadAround(
        means,
        () => centre,
        () => 1 / 3,
      );
      const identity = denseMatrix(
        6,
        6,
        Float64Array.from({ length: 36 }, (_, i) => (i % 7 ? 0 : 1)),
      );
      const gain = sumOf([1 - classShare, t], [classShare, p]);
      const price = sumOf([alignment, apart], [1, q], [regularization, identity]);
      const w = fitted.components;
      const paid = multiply(w, multiply(price, w), { transposeA: true }).data;
      const won = multiply(w, multiply(gain, w), { transposeA: true }).data;
      const expected = referenceLinearAlgebra.eigenGeneralized(gain, price, { count: 4 }).values;
      const diagonal = (values: ArrayLike<number>) =>
        Float64Array.from({ length: 16 }, (_, i) => (i % 5 ? 0 : values[i / 5]!));
      expect(largestGap(paid, diagonal([1, 1, 1, 1]))).toBeLessThan(1e-9);
      expect(largestGap(won, diagonal(expected))).toBeLessThan(1e-9 * expected[0]!);
      expect(largestGap(fitted.values, expected)).toBeLessThan(1e-9 * expected[0]!);
    },
  );
});
