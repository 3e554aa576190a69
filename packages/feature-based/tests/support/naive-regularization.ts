import { denseMatrix, type DenseMatrix } from '@graft-ml/core';

/** Kernel exp(−γ‖x − y‖²) and graph Laplacian by cosine as n × n matrices, entry by entry. */
export function naiveMatrices(rows: number[][], neighbours: number, gamma: number) {
  const n = rows.length;
  const square = (entry: (i: number, j: number) => number) =>
    denseMatrix(
      n,
      n,
      Float64Array.from({ length: n * n }, (_, p) => entry(Math.floor(p / n), p % n)),
    );
  const dot = (a: number[], b: number[]) => a.reduce((sum, value, j) => sum + value * b[j]!, 0);
  const cosine = (i: number, j: number) =>
    dot(rows[i]!, rows[j]!) / Math.hypot(...rows[i]!) / Math.hypot(...rows[j]!);
  const near = rows.map((_, i) => {
    const others = rows.map((__, j) => j).filter((j) => j !== i);
    return new Set(others.sort((a, b) => cosine(i, b) - cosine(i, a)).slice(0, neighbours));
  });
  const w = square((i, j) => (near[i]!.has(j) || near[j]!.has(i) ? Math.max(0, cosine(i, j)) : 0));
  const degree = rows.map((_, i) => w.data.subarray(i * n, (i + 1) * n).reduce((a, b) => a + b, 0));
  return {
    k: square((i, j) =>
      Math.exp(-gamma * rows[i]!.reduce((sum, v, a) => sum + (v - rows[j]![a]!) ** 2, 0)),
    ),
    l: square(
      (i, j) => (i === j ? 1 : 0) - w.data[i * n + j]! / Math.sqrt(degree[i]! * degree[j]!),
    ),
  };
}

/** marginal·M₀ + conditional·Σ M_c, source means by weight where there are weights. */
export function sumOfMeanGaps(
  ys: ArrayLike<number>,
  yt: ArrayLike<number>,
  { marginal, conditional }: { readonly marginal: number; readonly conditional: number },
  weights?: readonly number[],
): DenseMatrix {
  const nSource = ys.length;
  const y = [...Array.from(ys), ...Array.from(yt)];
  const n = y.length;
  const weightOf = (i: number) => (i < nSource ? (weights?.[i] ?? 1) : 1);
  const m = denseMatrix(n, n);
  for (const c of [undefined, ...new Set(y)]) {
    const mass = [0, 0];
    const inside = y.map((label) => c === undefined || label === c);
    inside.forEach((v, i) => (mass[i < nSource ? 0 : 1]! += v ? weightOf(i) : 0));
    if (!mass[0] || !mass[1]) continue;
    const e = inside.map((v, i) => {
      if (!v) return 0;
      return i < nSource ? weightOf(i) / mass[0]! : -weightOf(i) / mass[1]!;
    });
    const alpha = c === undefined ? marginal : conditional;
    m.data.forEach((_, p) => (m.data[p]! += alpha * e[Math.floor(p / n)]! * e[p % n]!));
  }
  return m;
}
