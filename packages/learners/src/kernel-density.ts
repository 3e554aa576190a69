import { type LinearAlgebra, type MatrixInput, toMatrix, TransferError } from '@graft-ml/core';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { meanRow, varianceRow } from './internal/centred.js';
import { checkNotEmpty, checkSize } from './internal/check.js';
import { rowBlocks } from './internal/row-range.js';

export interface KernelDensityOptions {
  /** Width h of the Gaussian around each row, in units of the features, or `'scott'` (default). */
  readonly bandwidth?: number | 'scott';
  /** One per row of `x`, not negative; default all 1. */
  readonly weights?: ArrayLike<number>;
  readonly linearAlgebra?: LinearAlgebra;
}

/** The log density at each row of `query` of Gaussians around the rows of `x`.
 *
 * Solves    log Σ wᵢ·exp(−‖q − xᵢ‖² / 2h²) − log Σ w − d·log(h·√(2π))      h = `bandwidth`
 * Cost      a distance per pair of rows, in blocks: memory does not grow with them. −∞ only where float64 has no smaller logarithm.
 * Assumes   features of like scale, and few of them.
 * Paper     rosenblatt1956
 * Example   const logp = logKernelDensity(x, query, { bandwidth: 0.6 });
 */
export function logKernelDensity(
  x: MatrixInput,
  query: MatrixInput,
  options: KernelDensityOptions = {},
): Float64Array {
  const who = 'logKernelDensity';
  const { linearAlgebra = referenceLinearAlgebra } = options;
  const rows = toMatrix(x, who, 'x');
  const asked = toMatrix(query, who, 'query');
  const weights = Float64Array.from(options.weights ?? new Float64Array(rows.rows).fill(1));
  checkNotEmpty(weights, who, 'x');
  checkSize(weights, rows.rows, who, 'weights');
  const given = options.bandwidth ?? 'scott';
  const h = given === 'scott' ? scottBandwidth(rows, weights) : given;
  if (!(h > 0 && h < Infinity)) throw badBandwidth(h);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const constant = Math.log(total) + rows.columns * Math.log(h * Math.sqrt(2 * Math.PI));
  const densities = new Float64Array(asked.rows);
  const blocks = rowBlocks(rows, 1024);
  let done = 0;
  for (const part of rowBlocks(asked, 64)) {
    const largest = new Float64Array(part.rows).fill(-Infinity);
    const sums = new Float64Array(part.rows);
    let first = 0;
    for (const block of blocks) {
      const { data } = linearAlgebra.squaredDistances(part, block);
      for (let i = 0, p = 0; i < part.rows; i++) {
        for (let j = 0; j < block.rows; j++, p++) {
          const exponent = -data[p] / (2 * h * h);
          const weight = weights[first + j];
          if (weight === 0) continue;
          if (exponent > largest[i]) {
            sums[i] = sums[i] * Math.exp(largest[i] - exponent) + weight;
            largest[i] = exponent;
          } else sums[i] += weight * Math.exp(exponent - largest[i]);
        }
      }
      first += block.rows;
    }
    for (let i = 0; i < part.rows; i++) {
      densities[done + i] = largest[i] + Math.log(sums[i]) - constant;
    }
    done += part.rows;
  }
  return densities;
}

/** Scott's rule with one width for all features: s·n^(−1/(d + 4)), s² the mean variance of the features and n = (Σ w)² / Σ w² the effective number of rows. Paper: scott1992. */
export function scottBandwidth(x: MatrixInput, weights?: ArrayLike<number>): number {
  const rows = toMatrix(x, 'scottBandwidth', 'x');
  const given = Float64Array.from(weights ?? new Float64Array(rows.rows).fill(1));
  const variances = varianceRow(rows, meanRow(rows, given), given);
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < rows.rows; i++) {
    sum += given[i];
    squares += given[i] * given[i];
  }
  const mean = variances.reduce((a, b) => a + b, 0) / rows.columns;
  return Math.sqrt(mean) * ((sum * sum) / squares) ** (-1 / (rows.columns + 4));
}

function badBandwidth(received: number): TransferError {
  return new TransferError({
    code: 'INVALID_OPTION',
    who: 'logKernelDensity',
    message: `"bandwidth" must be a number in (0, ∞); received ${received}. Scott's rule gives 0 where all rows are equal.`,
    details: { option: 'bandwidth', received },
  });
}
