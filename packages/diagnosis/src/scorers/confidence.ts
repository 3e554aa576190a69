import { type DenseMatrix, type MatrixInput, toMatrix } from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { checkOption, probabilityRows, tooFewRows } from '../internal/inputs.js';

/** Mean entropy of the predicted class probabilities, −mean Σ p·log p in nats: lower is more certain.
 *
 * In [0, log nClasses]. Paper: morerio2018. Cannot see confident mistakes: a model that puts every row into one class is best.
 */
export function predictionEntropy(probabilities: MatrixInput): number {
  const { rows, data } = probabilityRows('predictionEntropy', probabilities, 'probabilities');
  let sum = 0;
  for (const p of data) if (p > 0) sum -= p * Math.log(p);
  return sum / rows;
}

/** Mean of the largest class probability, in [1/nClasses, 1]: higher is more certain. As blind as {@link predictionEntropy}. */
export function meanConfidence(probabilities: MatrixInput): number {
  const matrix = probabilityRows('meanConfidence', probabilities, 'probabilities');
  return confidences(matrix).reduce((sum, p) => sum + p, 0) / matrix.rows;
}

/** Mutual information of row and predicted class: entropy of the mean prediction − mean entropy, in [0, log nClasses] nats.
 *
 * Higher where predictions are certain and spread over all classes. Paper: bridle1991 (information maximisation, musgrave2021).
 * Cannot see two classes that were exchanged, and punishes a target whose classes really are unequal in number.
 */
export function mutualInformation(probabilities: MatrixInput): number {
  const matrix = probabilityRows('mutualInformation', probabilities, 'probabilities');
  const { rows, columns, data } = matrix;
  const mean = new Float64Array(columns);
  data.forEach((p, at) => (mean[at % columns] += p / rows));
  return (
    mean.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0) - predictionEntropy(matrix)
  );
}

/** Nuclear norm of the probabilities over √(n·nClasses), in (0, 1]: higher is more certain and more diverse. Paper: cui2020.
 *
 * Sees what {@link mutualInformation} sees; 1 for one-hot predictions of equally frequent classes.
 */
export function nuclearNormScore(probabilities: MatrixInput): number {
  const matrix = probabilityRows('nuclearNormScore', probabilities, 'probabilities');
  const { rows, columns } = matrix;
  // The singular values by the Gram matrix of the classes, whose number is small.
  const { values } = referenceLinearAlgebra.eigenSymmetric(
    referenceLinearAlgebra.crossProduct(matrix),
  );
  const norm = values.reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
  return norm / Math.sqrt(rows * columns);
}

/** MaNo: (mean of p⁴ over all entries)^¼, in (0, 1]: higher is more certain. Paper: xie2024.
 *
 * `power` is 4 in the paper. It normalises logits with care; here probabilities are taken as they are. Blind to confident mistakes.
 */
export function matrixNormScore(probabilities: MatrixInput, power = 4): number {
  const who = 'matrixNormScore';
  checkOption(who, 'power', power, 'a number ≥ 1', power >= 1);
  const { data } = probabilityRows(who, probabilities, 'probabilities');
  return (data.reduce((sum, p) => sum + p ** power, 0) / data.length) ** (1 / power);
}

/** Soft neighbourhood density: mean entropy of softmax(cosine similarity / temperature) over the other rows. Paper: saito2021.
 *
 * Shapes    rows [n, d], n ≥ 2: class probabilities as in the paper's code, or features → in [0, log(n − 1)], higher is better
 * Reads     rows with many near neighbours lie in dense clusters. Cannot see whether a cluster carries the right class, and a
 *           model that collapses all rows into one point scores best: of all scorers here the most often misled.
 */
export function softNeighbourhoodDensity(rows: MatrixInput, temperature = 0.05): number {
  const who = 'softNeighbourhoodDensity';
  checkOption(who, 'temperature', temperature, 'a number > 0', temperature > 0);
  const x = toMatrix(rows, who, 'rows');
  const similarity = referenceLinearAlgebra.kernelMatrix({ type: 'cosine' }, x, x);
  const n = similarity.rows;
  if (n < 2) throw tooFewRows(who, 'rows', 2, n);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const row = similarity.data.subarray(i * n, (i + 1) * n);
    let largest = -Infinity;
    for (let j = 0; j < n; j++) if (j !== i) largest = Math.max(largest, row[j]);
    let total = 0;
    let weighted = 0;
    for (let j = 0; j < n; j++) {
      if (j === i) continue;
      const exponent = (row[j] - largest) / temperature;
      total += Math.exp(exponent);
      weighted += exponent * Math.exp(exponent);
    }
    sum += Math.log(total) - weighted / total;
  }
  return sum / n;
}

/** The largest probability of every row. */
export function confidences({ rows, columns, data }: DenseMatrix): Float64Array {
  const largest = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    for (let c = 0; c < columns; c++) largest[i] = Math.max(largest[i], data[i * columns + c]);
  }
  return largest;
}

/** The most probable class of every row, the lower one on a tie. */
export function predictedClasses({ rows, columns, data }: DenseMatrix): Float64Array {
  const classes = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    for (let c = 1; c < columns; c++) {
      if (data[i * columns + c] > data[i * columns + classes[i]]) classes[i] = c;
    }
  }
  return classes;
}
