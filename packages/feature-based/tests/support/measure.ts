import { type Label, type MatrixInput, toDense, toMatrix } from '@graft-ml/core';
import { NearestNeighbours } from '@graft-ml/learners';

/** Largest absolute difference. */
export function largestGap(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a).toHaveLength(b.length);
  let gap = 0;
  for (let i = 0; i < a.length; i++) gap = Math.max(gap, Math.abs(a[i]! - b[i]!));
  return gap;
}

/** Share of target rows whose nearest source row has their label. */
export async function nearestAccuracy(
  xs: MatrixInput,
  ys: ArrayLike<Label>,
  xt: MatrixInput,
  yt: ArrayLike<Label>,
): Promise<number> {
  const model = await new NearestNeighbours({ neighbours: 1 }).fit({
    x: xs,
    y: ys,
    task: 'classification',
  });
  const predicted = await model.predict(xt);
  return predicted.filter((label, i) => label === yt[i]).length / predicted.length;
}

/** The numbers of a matrix, row by row. */
export function valuesOf(x: MatrixInput): Float64Array {
  return toDense(toMatrix(x, 'test', 'x')).data;
}
