import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type DenseMatrix, denseMatrix, type SparseMatrix, toDense } from '@graft-ml/core';
import { readSvmlight } from '@graft-ml/datasets/node';
import { RowNormalizer, Standardizer } from '@graft-ml/learners';

/** Rows of one domain with their class numbers. */
export interface Domain<X> {
  readonly x: X;
  readonly y: number[];
}

/** Histograms of Office-Caltech10, rows divided by their sum and then z-scored. */
export async function readSurf(folder: string, name: string): Promise<Domain<DenseMatrix>> {
  const text = gunzipSync(readFileSync(join(folder, `${name}.csv.gz`))).toString('utf8');
  const lines = text.trim().split('\n').slice(1);
  const rows = lines.map((line) => line.split(',').map(Number));
  const x = denseMatrix(rows.length, 800, Float64Array.from(rows.flatMap((row) => row.slice(1))));
  const shares = await new RowNormalizer({ norm: 'l1' }).fit({ source: { x }, target: { x } });
  const { problem } = await new Standardizer().fit(shares.problem);
  return { x: toDense(problem.target.x), y: rows.map(([label = 0]) => label) };
}

/** Which of 5000 words occur in each review, as sparse rows, and whether it is positive. */
export async function readReviews(folder: string, name: string): Promise<Domain<SparseMatrix>> {
  const { x, y } = await readSvmlight(join(folder, `${name}.svm.gz`), {
    columns: 5000,
    firstIndex: 0,
  });
  return { x: { ...x, values: x.values.map(() => 1) }, y: Array.from(y) };
}
