import { denseMatrix, TransferError, type DenseMatrix } from '@graft-ml/core';

/** Centres the features behind a kernel matrix of training rows with themselves: H·K·H with
 * H = I − 11ᵀ/n. */
export function centreKernel(kernel: DenseMatrix): DenseMatrix {
  return centreKernelRows(kernel, kernel);
}

/** Centres kernel values of new rows [n, nTrain] with the training mean: k(x, j) − mean over
 * training of k(x, ·) − mean of column j of the training kernel + mean of that kernel. */
export function centreKernelRows(rows: DenseMatrix, training: DenseMatrix): DenseMatrix {
  const n = training.rows;
  if (training.columns !== n || rows.columns !== n) {
    throw new TransferError({
      code: 'SHAPE_MISMATCH',
      who: 'centreKernelRows',
      message: `needs a square training kernel and rows of its width; received ${training.rows} × ${training.columns} and ${rows.rows} × ${rows.columns}.`,
      details: { argument: 'rows', expected: n, received: rows.columns },
    });
  }
  const columnMeans = new Float64Array(n);
  let mean = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) columnMeans[j] += training.data[i * n + j] / n;
  }
  for (const value of columnMeans) mean += value / n;
  const result = denseMatrix(rows.rows, n);
  for (let i = 0; i < rows.rows; i++) {
    let rowMean = 0;
    for (let j = 0; j < n; j++) rowMean += rows.data[i * n + j] / n;
    for (let j = 0; j < n; j++) {
      result.data[i * n + j] = rows.data[i * n + j] - rowMean - columnMeans[j] + mean;
    }
  }
  return result;
}
