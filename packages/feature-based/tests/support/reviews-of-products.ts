import { join } from 'node:path';
import { type Matrix, type SparseMatrix } from '@graft-ml/core';
import { readSvmlight } from '@graft-ml/datasets/node';
import { LogisticRegression } from '@graft-ml/learners';

/** Reviews as marks of the words in them. */
export interface ProductReviews {
  readonly x: SparseMatrix;
  readonly y: Float64Array;
}

/** Reads a domain of the Amazon reviews: which of 5 000 words are in each of 2 000 reviews. */
export async function readProduct(folder: string, name: string): Promise<ProductReviews> {
  const file = join(folder, `${name}.svm.gz`);
  const { x, y } = await readSvmlight(file, { firstIndex: 0, columns: 5000 });
  return { x: { ...x, values: x.values.map(() => 1) }, y };
}

/** How many target reviews logistic regression with C = 0.1, trained on the source, gets right. */
export async function countRight(
  source: { readonly x: Matrix; readonly y: Float64Array },
  target: { readonly x: Matrix; readonly y: Float64Array },
): Promise<number> {
  const learner = new LogisticRegression({ regularization: 10 });
  const model = await learner.fit({ ...source, task: 'classification' });
  const labels = await model.predictEncoded(target.x);
  return labels.filter((label, i) => label === target.y[i]).length;
}
