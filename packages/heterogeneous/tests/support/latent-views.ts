import type { PlainProblem } from '@graft-ml/core';
import { randomSource, type RandomSource } from '@graft-ml/numerics';
import { normalRows, product, type Rows } from './rows.js';

/** A problem whose domains see the same hidden things, and what only the test may know. */
export interface LatentViews {
  readonly problem: PlainProblem;
  readonly truth: number[];
}

/** Four classes in a hidden space of 5 dimensions; the source sees it through 20 features, the target through 12, each with noise of its own.
 *
 * @param nLabelled labelled target rows per class
 */
export function latentViews(seed: number, nPairs: number, nLabelled = 0, noise = 2): LatentViews {
  const random = randomSource(seed);
  const centres = normalRows(random, 4, 5).map((row) => row.map((v) => 1.5 * v));
  const views = { source: normalRows(random, 5, 20), target: normalRows(random, 5, 12) };
  const hidden = (n: number) => {
    const y = Array.from({ length: n }, (_, i) => i % 4);
    return { y, z: y.map((c) => centres[c]!.map((v) => v + random.normal())) };
  };
  const see = (z: Rows, domain: 'source' | 'target') =>
    noisy(random, product(z, views[domain]), noise);
  const source = hidden(200);
  const target = hidden(400);
  const paired = hidden(nPairs).z;
  const few = hidden(4 * nLabelled);
  return {
    problem: {
      source: { x: see(source.z, 'source'), y: source.y },
      target: {
        x: see(target.z, 'target'),
        ...(nLabelled > 0 ? { labelled: { x: see(few.z, 'target'), y: few.y } } : {}),
      },
      ...(nPairs > 0
        ? { pairs: { source: see(paired, 'source'), target: see(paired, 'target') } }
        : {}),
    },
    truth: target.y,
  };
}

function noisy(random: RandomSource, rows: Rows, size: number): Rows {
  return rows.map((row) => row.map((v) => v + size * random.normal()));
}

/** Share of equal entries. */
export function share(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let hits = 0;
  for (let i = 0; i < a.length; i++) hits += Number(a[i] === b[i]);
  return hits / a.length;
}
