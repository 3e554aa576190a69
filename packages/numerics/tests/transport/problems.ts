import { denseMatrix, type DenseMatrix } from '@graft-ml/core';

export interface Problem {
  readonly cost: DenseMatrix;
  readonly sourceWeights: Float64Array;
  readonly targetWeights: Float64Array;
}

/** A stream of numbers in [0, 1), the same at every run. */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Squared distances between two clouds of points in `d` dimensions, with uniform weights. */
export function pointClouds(n: number, m: number, d: number, seed = 1): Problem {
  const next = numbers(seed);
  const x = Array.from({ length: n }, () => Array.from({ length: d }, next));
  const y = Array.from({ length: m }, () => Array.from({ length: d }, () => next() + 0.3));
  const cost = x.flatMap((p) =>
    y.map((q) => p.reduce((sum, value, k) => sum + (value - q[k]) ** 2, 0)),
  );
  return {
    cost: denseMatrix(n, m, Float64Array.from(cost)),
    sourceWeights: new Float64Array(n).fill(1 / n),
    targetWeights: new Float64Array(m).fill(1 / m),
  };
}

/** Weights with that sum; about one in `zeros` is zero. */
export function weights(n: number, next: () => number, zeros = 0, total = 1): Float64Array {
  const values = Float64Array.from({ length: n }, (_, i) =>
    i > 0 && zeros > 0 && next() < 1 / zeros ? 0 : next() + 0.01,
  );
  const sum = values.reduce((a, b) => a + b, 0);
  return values.map((value) => (value / sum) * total);
}

/** Problems of the kinds that break simplex codes: ties, duplicate points, zero weights, equal weights, many scales. */
export function oddProblem(kind: number, seed: number): Problem {
  const next = numbers(seed);
  const n = 1 + Math.floor(next() * 25);
  const m = 1 + Math.floor(next() * 25);
  const entry = [
    () => next(),
    () => Math.floor(next() * 3),
    () => 1,
    () => next() * 10 ** (8 * (next() - 0.5)),
    () => next() - 0.7,
  ][kind % 5];
  const cost = denseMatrix(n, m, Float64Array.from({ length: n * m }, entry));
  if (kind % 3 === 1) {
    for (let i = 2; i < n; i += 2) cost.data.copyWithin(i * m, 0, m);
  }
  const uniform = kind % 2 === 0;
  return {
    cost,
    sourceWeights: uniform ? new Float64Array(n).fill(1 / n) : weights(n, next, 4),
    targetWeights: uniform ? new Float64Array(m).fill(1 / m) : weights(m, next, 4),
  };
}
