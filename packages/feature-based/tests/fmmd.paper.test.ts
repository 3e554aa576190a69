import { MmdFeatureSelection } from '@graft-ml/feature-based';
import { randomSource } from '@graft-ml/numerics';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';

const random = randomSource(17);
const draw = (n: number, spreads: number[]) =>
  Array.from({ length: n }, () => spreads.map((spread, j) => 0.3 * j + spread * random.normal()));
const xs = draw(25, [1, 1, 2, 0.5]);
const xt = draw(20, [1, 1.5, 1, 0.5]).map((row) => row.map((value, j) => value + 0.2 * j));

/** MMD² of the kernel with weights w from all pairs of rows. */
function discrepancy(w: ArrayLike<number>, quadratic: boolean): number {
  const k = (a: number[], b: number[]) => {
    const product = a.reduce((sum, value, j) => sum + w[j]! * value * b[j]!, 0);
    return quadratic ? (product + 1) ** 2 : product;
  };
  const mean = (p: number[][], q: number[][]) =>
    p.reduce((sum, a) => sum + q.reduce((s, b) => s + k(a, b), 0), 0) / (p.length * q.length);
  return mean(xs, xs) + mean(xt, xt) - 2 * mean(xs, xt);
}

describe('the formula of f-MMD', () => {
  it.each([false, true])(
    'finds the weights of largest MMD² among non-negative ones of length 1 (quadratic: %s)',
    async (quadratic) => {
      const method = new MmdFeatureSelection({ kernel: quadratic ? 'quadratic' : 'linear' });
      const { fitted } = await method.fit({ source: { x: xs }, target: { x: xt } });
      const best = discrepancy(fitted.scores, quadratic);
      expect(fitted.diagnostics.facts?.['discrepancy']).toBeCloseTo(best, 10);
      expect(Math.hypot(...fitted.scores)).toBeCloseTo(1, 12);
      const others = randomSource(3);
      for (let trial = 0; trial < 300; trial++) {
        const w = Array.from({ length: 4 }, () => Math.abs(others.normal()));
        const length = Math.hypot(...w);
        const other = discrepancy(
          w.map((value) => value / length),
          quadratic,
        );
        expect(other).toBeLessThanOrEqual(best + 1e-12);
      }
    },
  );
});

describeGolden('feat.fmmd', (golden) => {
  it('gives scores and the features kept', async () => {
    const { Xs, Xt } = golden.inputs;
    const { fitted } = await new MmdFeatureSelection().fit({
      source: { x: rowsOf(Xs!) },
      target: { x: rowsOf(Xt!) },
    });
    expectGolden(golden, 'scores', fitted.scores);
    const kept = new Set(fitted.kept);
    expectGolden(
      golden,
      'selected',
      Array.from(fitted.scores, (_, j) => (kept.has(j) ? 1 : 0)),
    );
  });
});
