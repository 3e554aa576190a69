import type { DenseMatrix, LinearAlgebra, Matrix } from '@graft-ml/core';
import { checkOption } from '../internal/check-option.js';
import { normalMatrix } from '../internal/normal-matrix.js';
import { randomSource } from '../random.js';

export interface RandomFourierOptions {
  /** γ > 0 of the kernel exp(−γ‖x − y‖²). */
  readonly gamma: number;
  /** How many features; the error of the kernel falls like 1/√nComponents. Default 100. */
  readonly nComponents?: number;
  /** Default 0. */
  readonly seed?: number;
}

export interface RandomFourierFeatures {
  /** Frequencies [columns, nComponents], normal with variance 2γ. */
  readonly frequencies: DenseMatrix;
  /** Uniform in [0, 2π), one per feature. */
  readonly phases: Float64Array;
  /** Features [x.rows, nComponents] whose inner products approximate the kernel. */
  transform(x: Matrix): DenseMatrix;
}

const who = 'randomFourierFeatures';

/** Random Fourier features of the RBF kernel (rahimi2007): φ(x) = √(2/D)·cos(x·W + b), with E
 * φ(x)·φ(y)ᵀ = exp(−γ‖x − y‖²).
 *
 * @param columns the width of the rows to come.
 */
export function randomFourierFeatures(
  linalg: LinearAlgebra,
  columns: number,
  { gamma, nComponents = 100, seed = 0 }: RandomFourierOptions,
): RandomFourierFeatures {
  checkOption(who, 'gamma', gamma, 'number', { above: 0 });
  checkOption(who, 'nComponents', nComponents, 'integer', { atLeast: 1 });
  const random = randomSource(seed);
  const frequencies = normalMatrix(columns, nComponents, random);
  const deviation = Math.sqrt(2 * gamma);
  for (let p = 0; p < frequencies.data.length; p++) frequencies.data[p] *= deviation;
  const phases = Float64Array.from({ length: nComponents }, () => 2 * Math.PI * random.uniform());
  const scale = Math.sqrt(2 / nComponents);
  return {
    frequencies,
    phases,
    transform: (x) => {
      const angles = linalg.multiply(x, frequencies);
      const { data } = angles;
      for (let p = 0; p < data.length; p++) {
        data[p] = scale * Math.cos(data[p] + phases[p % nComponents]);
      }
      return angles;
    },
  };
}
