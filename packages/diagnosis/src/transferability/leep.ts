import { type MatrixInput, toDense, toMatrix } from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { mixtureResponsibilities } from '../internal/diagonal-mixture.js';
import { checkOption, classIndices, probabilityRows } from '../internal/inputs.js';

/** LEEP: how well target labels can be read off a source model's class probabilities, in nats, at most 0; higher transfers better.
 *
 * Value    mean over rows of log Σ_z P(y|z)·θ(x)_z,  P(y|z) = Σ_{i: y_i = y} θ(x_i)_z / Σ_i θ(x_i)_z; source classes without
 *          any probability are left out
 * Shapes   probabilities of the source model on labelled target rows [n, nSourceClasses], their target classes [n] → ≤ 0
 * Compare  only scores of one target: values depend on its labels. Paper: nguyen2020.
 */
export function leep(probabilities: MatrixInput, labels: ArrayLike<number>): number {
  const theta = probabilityRows('leep', probabilities, 'probabilities');
  classIndices('leep', labels, theta.rows, 'labels');
  const conditional = conditionalOf(theta.data, theta.columns, labels);
  let sum = 0;
  for (let i = 0; i < theta.rows; i++) {
    let expected = 0;
    for (let z = 0; z < theta.columns; z++) {
      expected += conditional[z][labels[i]] * theta.data[i * theta.columns + z];
    }
    sum += Math.log(expected);
  }
  return sum / theta.rows;
}

/** Negative conditional entropy −H(Y|Z) of target labels given hard source labels of the same rows, in nats, at most 0.
 *
 * Paper: tran2019. What {@link leep} becomes for a source model that is always certain.
 */
export function negativeConditionalEntropy(
  sourceLabels: ArrayLike<number>,
  labels: ArrayLike<number>,
): number {
  const who = 'negativeConditionalEntropy';
  classIndices(who, sourceLabels, labels.length, 'sourceLabels');
  classIndices(who, labels, sourceLabels.length, 'labels');
  const n = labels.length;
  const nSource = 1 + Math.max(...Array.from(sourceLabels));
  const hard = new Float64Array(n * nSource);
  for (let i = 0; i < n; i++) hard[i * nSource + sourceLabels[i]] = 1;
  const conditional = conditionalOf(hard, nSource, labels);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.log(conditional[sourceLabels[i]][labels[i]]);
  return sum / n;
}

export interface GaussianLeepOptions {
  /** Mixture components, a whole number ≥ 1; default: the number of target classes. */
  readonly nComponents?: number;
  /** Principal components kept; a whole number ≥ 1, default 16. */
  readonly nDimensions?: number;
  /** Default 0. */
  readonly seed?: number;
}

/** N-LEEP: {@link leep} with the components of a Gaussian mixture over features in the place of source classes.
 *
 * For models without a source head. The mixture is fitted here with diagonal covariances on the leading principal
 * components by expectation–maximisation from k-means++ centres, 50 rounds at most; the paper uses full ones.
 * Shapes   features [n, d], labels [n]. Paper: li2021.
 */
export function gaussianLeep(
  features: MatrixInput,
  labels: ArrayLike<number>,
  options: GaussianLeepOptions = {},
): number {
  const who = 'gaussianLeep';
  const x = toDense(toMatrix(features, who, 'features'));
  classIndices(who, labels, x.rows, 'labels');
  const nClasses = new Set(Array.from(labels)).size;
  const { nComponents = nClasses, nDimensions = 16, seed = 0 } = options;
  const fits = (value: number) => Number.isInteger(value) && value >= 1;
  checkOption(who, 'nComponents', nComponents, 'a whole number ≥ 1', fits(nComponents));
  checkOption(who, 'nDimensions', nDimensions, 'a whole number ≥ 1', fits(nDimensions));
  const mean = new Float64Array(x.columns);
  x.data.forEach((value, p) => (mean[p % x.columns] += value / x.rows));
  const centred = { ...x, data: x.data.map((value, p) => value - mean[p % x.columns]) };
  const count = Math.min(nDimensions, x.rows, x.columns);
  const { v } = referenceLinearAlgebra.svd(centred, { count });
  const reduced = referenceLinearAlgebra.multiply(centred, v);
  return leep(mixtureResponsibilities(reduced, Math.min(nComponents, x.rows), seed), labels);
}

/** P(target class | source class) from soft counts; a source class without weight gives zeros. */
function conditionalOf(
  theta: Float64Array,
  nSource: number,
  labels: ArrayLike<number>,
): Float64Array[] {
  const nTarget = 1 + Math.max(...Array.from(labels));
  const joint = Array.from({ length: nSource }, () => new Float64Array(nTarget));
  for (let i = 0; i < labels.length; i++) {
    for (let z = 0; z < nSource; z++) joint[z][labels[i]] += theta[i * nSource + z];
  }
  return joint.map((row) => {
    const total = row.reduce((a, b) => a + b, 0);
    return total > 0 ? row.map((value) => value / total) : row;
  });
}
