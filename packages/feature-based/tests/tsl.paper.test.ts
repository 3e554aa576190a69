import { denseMatrix } from '@graft-ml/core';
import { TransferSubspaceLearning } from '@graft-ml/feature-based';
import { randomSource, referenceLinearAlgebra } from '@graft-ml/numerics';
import { type SubspaceCriterion, subspaceValue } from '../src/internal/subspace-objective.js';
import { largestGap } from './support/measure.js';
import { movedClasses } from './support/moved-classes.js';

const { crossProduct, multiply, qr } = referenceLinearAlgebra;

const random = randomSource(4);
const drawn = (rows: number, columns: number) =>
  denseMatrix(
    rows,
    columns,
    Float64Array.from({ length: rows * columns }, () => random.normal()),
  );

/** 7 source rows of unlike weight, 5 target rows. */
const signs = Float64Array.from({ length: 12 }, (_, i) => (i < 7 ? (i + 1) / 28 : -1 / 5));

function criterion(columns: number): SubspaceCriterion {
  const [price, gain] = [crossProduct(drawn(9, columns)), crossProduct(drawn(9, columns))];
  return { rows: drawn(12, columns), signs, alignment: 3, gamma: 0.4, price, gain };
}

describe('the formula of TSL', () => {
  it('has for D the integral of (p_S − p_T)² over a line, by 4000 midpoints', () => {
    const given = { ...criterion(1), price: denseMatrix(1, 1), gain: undefined };
    const w = denseMatrix(1, 1, Float64Array.of(1));
    const { divergence, value } = subspaceValue(referenceLinearAlgebra, given, w);
    // Kernel density estimates of bandwidth h: two of them overlap as a Gaussian of variance 2h², γ = 1/(4h²).
    const h = Math.sqrt(1 / (4 * 0.4));
    let integral = 0;
    for (let step = 0; step < 4000; step++) {
      const t = -10 + (step + 0.5) / 200;
      let gap = 0;
      given.rows.data.forEach((x, i) => {
        gap +=
          (signs[i]! * Math.exp(-((t - x) ** 2) / (2 * h * h))) / Math.sqrt(2 * Math.PI * h * h);
      });
      integral += gap ** 2 / 200;
    }
    const constant = Math.sqrt(4 * Math.PI * h * h);
    expect(Math.abs(divergence - constant * integral)).toBeLessThan(1e-9);
    expect(value).toBeCloseTo(3 * divergence, 12);
  });

  it.each([true, false])('has the gradient that differences give (ratio %p)', (ratio) => {
    const whole = criterion(4);
    const given = ratio ? whole : { ...whole, gain: undefined };
    const w = drawn(4, 2);
    const { gradient } = subspaceValue(referenceLinearAlgebra, given, w);
    const differences = w.data.map((_, p) => {
      const at = (shift: number) => {
        const data = Float64Array.from(w.data);
        data[p]! += shift;
        return subspaceValue(referenceLinearAlgebra, given, denseMatrix(4, 2, data)).value;
      };
      return (at(1e-5) - at(-1e-5)) / 2e-5;
    });
    expect(largestGap(gradient.data, differences)).toBeLessThan(1e-7);
  });

  it('is the same for every basis of a subspace', () => {
    const given = criterion(4);
    const w = qr(drawn(4, 2)).q;
    const turned = multiply(w, qr(drawn(2, 2)).q);
    const values = [w, turned].map((a) => subspaceValue(referenceLinearAlgebra, given, a).value);
    expect(Math.abs(values[0]! - values[1]!)).toBeLessThan(1e-12);
  });

  it('ends lower than 200 random subspaces', async () => {
    const { xs, xt } = movedClasses();
    const ys = xs.map((_, i) => i % 3);
    const { fitted } = await new TransferSubspaceLearning({ gamma: 0.1 }).fit({
      source: { x: xs, y: ys },
      target: { x: xt },
    });
    const rows = denseMatrix(120, 6, Float64Array.from([...xs, ...xt].flat()));
    const mean = (c?: number) => {
      const chosen = xs.filter((_, i) => c === undefined || ys[i] === c);
      return chosen[0]!.map((_, j) =>
        chosen.reduce((sum, row) => sum + row[j]! / chosen.length, 0),
      );
    };
    const scatter = (pairs: readonly (readonly [readonly number[], readonly number[]])[]) =>
      crossProduct(
        denseMatrix(
          60,
          6,
          Float64Array.from(pairs.flatMap(([a, b]) => a.map((v, j) => v - b[j]!))),
        ),
      );
    const given: SubspaceCriterion = {
      rows,
      signs: Float64Array.from({ length: 120 }, (_, i) => (i < 60 ? 1 : -1) / 60),
      alignment: 10,
      gamma: 0.1,
      price: scatter(xs.map((row, i) => [row, mean(ys[i])])),
      gain: scatter(xs.map((_, i) => [mean(ys[i]), mean()])),
    };
    const { objective } = fitted.diagnostics.facts as { objective: number };
    const own = subspaceValue(referenceLinearAlgebra, given, fitted.target.matrix!).value;
    expect(Math.abs(own - objective)).toBeLessThan(1e-9);
    for (let k = 0; k < 200; k++) {
      const other = subspaceValue(referenceLinearAlgebra, given, qr(drawn(6, 2)).q).value;
      expect(other).toBeGreaterThan(objective);
    }
  });
});
