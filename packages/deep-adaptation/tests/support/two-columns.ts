import type { PlainProblem } from '@graft-ml/core';
import { randomSource } from '@graft-ml/numerics';

/** Two classes seen through two columns: the first is noisier and stays, the second is clearer and changes in the target.
 *
 * `shifted`: it is higher by 1.5 there; `noise`: it says nothing there; `mirrored`: it has the other sign, and less of it.
 */
export function twoColumns(
  change: 'none' | 'shifted' | 'noise' | 'mirrored',
  seed: number,
  n = 128,
): { readonly problem: PlainProblem; readonly truth: number[] } {
  const random = randomSource(seed);
  const draw = (target: boolean) => {
    const rows: number[][] = [];
    const labels: number[] = [];
    for (let i = 0; i < n; i++) {
      const side = i % 2 ? 1 : -1;
      const first = side + 0.6 * random.normal();
      let second = side + 0.3 * random.normal();
      if (target && change === 'shifted') second += 1.5;
      if (target && change === 'noise') second = 1 + random.normal();
      if (target && change === 'mirrored') second *= -0.3;
      rows.push([first, second]);
      labels.push(i % 2);
    }
    return { rows, labels };
  };
  const source = draw(false);
  const target = draw(true);
  return {
    problem: { source: { x: source.rows, y: source.labels }, target: { x: target.rows } },
    truth: target.labels,
  };
}

/** Share of predictions that are right. */
export function share(predicted: ArrayLike<unknown>, truth: readonly unknown[]): number {
  return truth.filter((label, i) => predicted[i] === label).length / truth.length;
}
