import {
  type DenseMatrix,
  denseMatrix,
  type Learner,
  numberedFeatures,
  type RunOptions,
  type SourceDomain,
  type TrainingRows,
} from '@graft-ml/core';

/** Labels the target with a learner trained on the source, both embedded: `rows` [nSource + nTarget, k], source rows first. */
export async function labelTarget(
  learner: Learner,
  { task, y, weights }: TrainingRows,
  rows: DenseMatrix,
  run?: RunOptions,
): Promise<Float64Array> {
  const features = numberedFeatures(rows.columns, 'component');
  const source: SourceDomain = {
    name: 'source',
    features,
    x: rowRange(rows, 0, y.length),
    task,
    y,
    ...(weights ? { weights } : {}),
  };
  const x = rowRange(rows, y.length, rows.rows);
  const model = await learner.fit(
    { type: 'transfer-problem', sources: [source], target: { name: 'target', features, x, task } },
    run,
  );
  return model.predictEncoded(x, run);
}

/** Rows `from` to `to` (exclusive) over the same memory. */
export function rowRange({ columns, data }: DenseMatrix, from: number, to: number): DenseMatrix {
  return denseMatrix(to - from, columns, data.subarray(from * columns, to * columns));
}
