import { type DenseMatrix, denseMatrix, type LinearAlgebra } from '@graft-ml/core';

/** The geodesic between two subspaces, summed up. */
export interface GeodesicFlow {
  /** F [nFeatures, 2·k] with F·Fᵀ = ∫₀¹ Φ(t)·Φ(t)ᵀ dt. */
  readonly factor: DenseMatrix;
  /** Principal angles between the subspaces, ascending, in radians. */
  readonly angles: Float64Array;
  /** Principal vectors of the first subspace [nFeatures, k]. */
  readonly start: DenseMatrix;
  /** bᵢ − cos θᵢ·aᵢ [nFeatures, k]: towards the second subspace, of length sin θᵢ. */
  readonly towards: DenseMatrix;
}

/** The geodesic flow kernel G = F·Fᵀ of two subspaces with orthonormal bases `ps`, `pt` [nFeatures, k].
 *
 * With psᵀ·pt = U·cos θ·Vᵀ, aᵢ = ps·uᵢ, bᵢ = pt·vᵢ and mᵢ = bᵢ − cos θᵢ·aᵢ, the geodesic is
 * Φ(t)ᵢ = aᵢ·cos(tθᵢ) + (mᵢ / sin θᵢ)·sin(tθᵢ), so that per angle
 *   ∫ Φᵢ·Φᵢᵀ dt = λ₁·a·aᵀ + λ₂·(a·mᵀ + m·aᵀ) + λ₃·m·mᵀ
 *   λ₁ = (1 + sin 2θ / 2θ)/2    λ₂ = sin θ / 2θ    λ₃ = (1 − sin 2θ / 2θ) / (2·sin²θ)
 * which stays finite as θ → 0 (1, 1/2, 1/3): a common direction is kept with weight 1.
 */
export function geodesicFlow(
  linearAlgebra: LinearAlgebra,
  ps: DenseMatrix,
  pt: DenseMatrix,
): GeodesicFlow {
  const { u, s, v } = linearAlgebra.svd(linearAlgebra.multiply(ps, pt, { transposeA: true }));
  const start = linearAlgebra.multiply(ps, u);
  const end = linearAlgebra.multiply(pt, v);
  const { rows: d, columns: k } = start;
  const towards = denseMatrix(d, k);
  const squares = new Float64Array(k);
  for (let i = 0, p = 0; i < d; i++) {
    for (let j = 0; j < k; j++, p++) {
      towards.data[p] = end.data[p] - s[j] * start.data[p];
      squares[j] += towards.data[p] * towards.data[p];
    }
  }
  // The sine, not the cosine: near 0 an angle would lose half its digits.
  const angles = squares.map((square, j) => Math.atan2(Math.sqrt(square), s[j]));
  const factor = denseMatrix(d, 2 * k);
  for (let j = 0; j < k; j++) {
    const { along, across, rest } = flowFactor(angles[j]);
    for (let i = 0; i < d; i++) {
      const a = start.data[i * k + j];
      const m = towards.data[i * k + j];
      factor.data[i * 2 * k + 2 * j] = along * a + across * m;
      factor.data[i * 2 * k + 2 * j + 1] = rest * m;
    }
  }
  return { factor, angles, start, towards };
}

/** The two columns along·a + across·m and rest·m whose outer products add up to the integral of one angle. */
function flowFactor(angle: number) {
  const sine = Math.sin(angle);
  const small = angle < 1e-4;
  const ratio = small ? 1 - (2 / 3) * angle * angle : Math.sin(2 * angle) / (2 * angle);
  const first = (1 + ratio) / 2;
  const mixed = small ? 1 / 2 - (angle * angle) / 12 : sine / (2 * angle);
  const second = small ? 1 / 3 + (2 / 45) * angle * angle : (1 - ratio) / (2 * sine * sine);
  const along = Math.sqrt(first);
  const across = mixed / along;
  return { along, across, rest: Math.sqrt(Math.max(0, second - across * across)) };
}
