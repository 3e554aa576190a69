import { type DenseMatrix, denseMatrix, type LinearAlgebra } from '@graft-ml/core';
import { columnMeans, columnStandardDeviations, type Objective } from '@graft-ml/numerics';

export interface Meeting {
  readonly source: DenseMatrix;
  /** One per source row, with sum 1. */
  readonly shares: Float64Array;
  /** How much each source row belongs to each group [nSource, groups]. */
  readonly groups: DenseMatrix;
  readonly target: DenseMatrix;
  readonly gamma: number;
  readonly regularization: number;
}

export interface MeetingObjective {
  readonly evaluate: Objective;
  /** ‖Σ aᵢ·k(x'ᵢ, ·) − mean k(xtⱼ, ·)‖², without the penalty. */
  discrepancy(parameters: Float64Array): number;
  /** x' = x∘scale + shift of each group [groups, nFeatures]. */
  mapOf(parameters: Float64Array): { readonly scales: DenseMatrix; readonly shifts: DenseMatrix };
}

/** Squared distance of kernel means plus penalty, as a function of (G, H), each [groups, nFeatures]:
 *
 * x'ᵢ = xᵢ + (xᵢ − m)∘(Φᵢ·G) + σ∘(Φᵢ·H), penalty λ·Σ aᵢ·(‖Φᵢ·G‖² + ‖Φᵢ·H‖²), Φ = `groups`, m and σ the mean and the
 * standard deviation of the source's features. The gradient by x'ᵢ is
 * 4γ·aᵢ·Σⱼ k(x'ᵢ, xtⱼ)·(x'ᵢ − xtⱼ) / nTarget − 4γ·aᵢ·Σₗ aₗ·k(x'ᵢ, x'ₗ)·(x'ᵢ − x'ₗ).
 */
export function meetingObjective(linearAlgebra: LinearAlgebra, meeting: Meeting): MeetingObjective {
  const { source, shares, groups, target, gamma, regularization } = meeting;
  const { rows: n, columns: d } = source;
  const size = groups.columns * d;
  const mean = columnMeans(source, { weights: shares });
  const sigma = columnStandardDeviations(source, { weights: shares, ddof: 0 });
  const kernel = { type: 'rbf', gamma } as const;
  const uniform = new Float64Array(target.rows).fill(1 / target.rows);
  const within = bilinear(linearAlgebra.kernelMatrix(kernel, target, target), uniform, uniform);
  const part = (x: Float64Array, from: number) =>
    denseMatrix(groups.columns, d, Float64Array.from(x.subarray(from, from + size)));
  const moved = (x: Float64Array) => {
    const scale = linearAlgebra.multiply(groups, part(x, 0));
    const shift = linearAlgebra.multiply(groups, part(x, size));
    const rows = denseMatrix(n, d);
    for (let i = 0, p = 0; i < n; i++) {
      for (let j = 0; j < d; j++, p++) {
        const value = source.data[p];
        rows.data[p] = value + (value - mean[j]) * scale.data[p] + sigma[j] * shift.data[p];
      }
    }
    return { rows, scale, shift };
  };
  const kernels = (rows: DenseMatrix) => {
    const own = linearAlgebra.kernelMatrix(kernel, rows, rows);
    const across = linearAlgebra.kernelMatrix(kernel, rows, target);
    const distance = bilinear(own, shares, shares) - 2 * bilinear(across, shares, uniform) + within;
    return { own, across, distance };
  };
  return {
    evaluate(x, gradient) {
      const { rows, scale, shift } = moved(x);
      const { own, across, distance } = kernels(rows);
      const pull = gradientByRow(linearAlgebra, rows, target, { own, across }, shares, gamma);
      const byScale = denseMatrix(n, d);
      const byShift = denseMatrix(n, d);
      let value = distance;
      for (let i = 0, p = 0; i < n; i++) {
        const price = regularization * shares[i];
        for (let j = 0; j < d; j++, p++) {
          value += price * (scale.data[p] ** 2 + shift.data[p] ** 2);
          byScale.data[p] = pull[p] * (source.data[p] - mean[j]) + 2 * price * scale.data[p];
          byShift.data[p] = pull[p] * sigma[j] + 2 * price * shift.data[p];
        }
      }
      gradient.set(linearAlgebra.multiply(groups, byScale, { transposeA: true }).data);
      gradient.set(linearAlgebra.multiply(groups, byShift, { transposeA: true }).data, size);
      return value;
    },
    discrepancy: (x) => Math.max(0, kernels(moved(x).rows).distance),
    mapOf(x) {
      const [scales, shifts] = [part(x, 0), part(x, size)];
      for (let p = 0; p < size; p++) {
        const j = p % d;
        shifts.data[p] = sigma[j] * shifts.data[p] - mean[j] * scales.data[p];
        scales.data[p] += 1;
      }
      return { scales, shifts };
    },
  };
}

/** 4γ·aᵢ·[(Σⱼ Kᵢⱼ·x'ᵢ − Σⱼ Kᵢⱼ·xtⱼ) / nTarget − (Σₗ aₗ·Kᵢₗ·x'ᵢ − Σₗ aₗ·Kᵢₗ·x'ₗ)]. */
function gradientByRow(
  linearAlgebra: LinearAlgebra,
  rows: DenseMatrix,
  target: DenseMatrix,
  { own, across }: { readonly own: DenseMatrix; readonly across: DenseMatrix },
  shares: Float64Array,
  gamma: number,
): Float64Array {
  const { rows: n, columns: d } = rows;
  const m = target.rows;
  const toTarget = linearAlgebra.multiply(across, target);
  for (let i = 0, p = 0; i < n; i++) for (let l = 0; l < n; l++, p++) own.data[p] *= shares[l];
  const toOwn = linearAlgebra.multiply(own, rows);
  const gradient = new Float64Array(n * d);
  for (let i = 0, p = 0; i < n; i++) {
    let [ownSum, acrossSum] = [0, 0];
    for (let l = 0; l < n; l++) ownSum += own.data[i * n + l];
    for (let j = 0; j < m; j++) acrossSum += across.data[i * m + j];
    for (let j = 0; j < d; j++, p++) {
      const attraction = (acrossSum * rows.data[p] - toTarget.data[p]) / m;
      gradient[p] = 4 * gamma * shares[i] * (attraction - ownSum * rows.data[p] + toOwn.data[p]);
    }
  }
  return gradient;
}

/** aᵀ·K·b. */
function bilinear({ rows, columns, data }: DenseMatrix, a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0, p = 0; i < rows; i++) {
    let row = 0;
    for (let j = 0; j < columns; j++, p++) row += data[p] * b[j];
    sum += a[i] * row;
  }
  return sum;
}
