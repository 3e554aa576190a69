import { randomSource } from '@graft-ml/numerics';
import { product, type Rows } from './rows.js';

export const viewClasses = ['a', 'b', 'c'];

/** Rows of three classes in 3-space, seen by the source through 6 features and by the target through 4 others. */
export function twoViews(n: number, seed: number) {
  const random = randomSource(5);
  const mixing = (columns: number): Rows =>
    Array.from({ length: 3 }, () => Array.from({ length: columns }, () => random.normal()));
  const [a, b] = [mixing(6), mixing(4)];
  const noise = randomSource(seed);
  const draw = (count: number, view: Rows) => {
    const y = Array.from({ length: count }, (_, i) => viewClasses[i % 3]!);
    const hidden = y.map((_, i) =>
      [0, 1, 2].map((j) => (i % 3 === j ? 2 : 0) + 0.5 * noise.normal()),
    );
    return { x: product(hidden, view), y };
  };
  return { source: draw(n, a), labelled: draw(9, b), test: draw(n, b) };
}

/** Rows divided by their length. */
export function unit(x: Rows): Rows {
  return x.map((row) => row.map((value) => value / Math.hypot(...row)));
}
