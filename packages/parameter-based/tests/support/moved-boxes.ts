import { randomSource } from '@graft-ml/numerics';

/** Rows of two classes like a chessboard of four fields, features stretched and moved by `move`; with `finer`, one field is halved by a third feature. */
export function boxes(n: number, seed: number, move: number, finer = false) {
  const random = randomSource(seed);
  const x = Array.from({ length: n }, () => [random.uniform(), random.uniform(), random.uniform()]);
  const y = x.map(([a, b, c]) => {
    const field = a! < 0.45 === b! < 0.55;
    const turned = finer && a! >= 0.45 && b! >= 0.55 && c! < 0.5;
    return field !== turned ? 'in' : 'out';
  });
  return { x: x.map((row) => row.map((value) => value * (1 + move) + move)), y };
}

/** Share of rows a model labels right. */
export async function accuracyOf(
  model: { predict(x: number[][]): Promise<readonly unknown[]> },
  { x, y }: { readonly x: number[][]; readonly y: readonly string[] },
): Promise<number> {
  const predicted = await model.predict(x);
  return predicted.filter((label, i) => label === y[i]).length / y.length;
}
