import { toDense } from '@graft-ml/core';
import { LocationScaleShift } from '@graft-ml/feature-based';
import { randomSource } from '@graft-ml/numerics';
import { largestGap, valuesOf } from './support/measure.js';

const random = randomSource(12);
const labels = Array.from({ length: 24 }, (_, i) => i % 2);
const centres = [
  [0, 0],
  [3, 1],
];
const xs = labels.map((c) => centres[c]!.map((m) => m + 0.7 * random.normal()));
const scales = [
  [1.3, 0.8],
  [0.7, 1.2],
];
const shifts = [
  [0.5, -0.4],
  [1.2, 0.3],
];
const xt = xs.map((row, i) =>
  row.map((v, j) => v * scales[labels[i]!]![j]! + shifts[labels[i]!]![j]!),
);
const gamma = 0.3;

/** ‖Σ aᵢ·k(xᵢ, ·) − mean k(xtⱼ, ·)‖² by the sums it stands for. */
function discrepancy(x: number[][], a: readonly number[]): number {
  const k = (u: number[], v: number[]) =>
    Math.exp(-gamma * u.reduce((sum, value, j) => sum + (value - v[j]!) ** 2, 0));
  let value = 0;
  x.forEach((u, i) => x.forEach((v, l) => (value += a[i]! * a[l]! * k(u, v))));
  x.forEach((u, i) => xt.forEach((v) => (value -= (2 * a[i]! * k(u, v)) / xt.length)));
  xt.forEach((u) => xt.forEach((v) => (value += k(u, v) / xt.length ** 2)));
  return value;
}

function rowsOf(data: ArrayLike<number>): number[][] {
  return labels.map((_, i) => [data[2 * i]!, data[2 * i + 1]!]);
}

describe('the formula of location-scale conditional shift', () => {
  it('finds the scales and shifts that made the target', async () => {
    const method = new LocationScaleShift({ gamma, regularization: 0, tolerance: 1e-10 });
    const { problem, fitted } = await method.fit({
      source: { x: xs, y: labels },
      target: { x: xt },
    });
    const [map] = fitted.sources;
    expect(largestGap(map!.scales.data, scales.flat())).toBeLessThan(1e-3);
    expect(largestGap(map!.shifts.data, shifts.flat())).toBeLessThan(1e-3);
    expect(largestGap(valuesOf(problem.sources[0]!.x), xt.flat())).toBeLessThan(1e-3);
  });

  it('tells the squared discrepancy of kernel means, by double sums and with weights', async () => {
    const weights = labels.map((_, i) => 1 + (i % 3));
    const total = weights.reduce((sum, w) => sum + w, 0);
    const a = weights.map((w) => w / total);
    const method = new LocationScaleShift({ gamma });
    const { problem, fitted } = await method.fit({
      source: { x: xs, y: labels, weights },
      target: { x: xt },
    });
    const facts = fitted.diagnostics.facts as Record<string, number[]>;
    expect(facts['squaredDiscrepanciesBefore']![0]).toBeCloseTo(discrepancy(xs, a), 12);
    const moved = rowsOf(toDense(problem.sources[0]!.x).data);
    expect(facts['squaredDiscrepanciesAfter']![0]).toBeCloseTo(discrepancy(moved, a), 12);
  });

  it('stops where no scale and no shift improves discrepancy plus penalty', async () => {
    const regularization = 0.01;
    const method = new LocationScaleShift({ gamma, regularization, tolerance: 1e-9 });
    const { fitted } = await method.fit({ source: { x: xs, y: labels }, target: { x: xt } });
    const [map] = fitted.sources;
    const n = xs.length;
    const mean = [0, 1].map((j) => xs.reduce((sum, row) => sum + row[j]! / n, 0));
    const sigma = [0, 1].map((j) =>
      Math.sqrt(xs.reduce((sum, row) => sum + (row[j]! - mean[j]!) ** 2 / n, 0)),
    );
    const objective = (w: readonly number[], b: readonly number[]) => {
      const moved = xs.map((row, i) =>
        row.map((v, j) => v * w[2 * labels[i]! + j]! + b[2 * labels[i]! + j]!),
      );
      let penalty = 0;
      labels.forEach((c) => {
        for (const j of [0, 1]) {
          const [scale, shift] = [w[2 * c + j]!, b[2 * c + j]!];
          const beta = (shift - mean[j]! * (1 - scale)) / sigma[j]!;
          penalty += ((scale - 1) ** 2 + beta ** 2) / n;
        }
      });
      return (
        discrepancy(
          moved,
          labels.map(() => 1 / n),
        ) +
        regularization * penalty
      );
    };
    const [w, b] = [Array.from(map!.scales.data), Array.from(map!.shifts.data)];
    for (let p = 0; p < 4; p++) {
      const nudge = (list: number[], by: number) => list.map((v, q) => (p === q ? v + by : v));
      const h = 1e-5;
      const byScale = (objective(nudge(w, h), b) - objective(nudge(w, -h), b)) / (2 * h);
      const byShift = (objective(w, nudge(b, h)) - objective(w, nudge(b, -h))) / (2 * h);
      expect([p, Math.abs(byScale) < 1e-7, Math.abs(byShift) < 1e-7]).toEqual([p, true, true]);
    }
  });

  it('changes nothing as the penalty grows', async () => {
    const method = new LocationScaleShift({ regularization: 1e8 });
    const { problem } = await method.fit({ source: { x: xs, y: labels }, target: { x: xt } });
    expect(largestGap(valuesOf(problem.sources[0]!.x), xs.flat())).toBeLessThan(1e-5);
  });
});
