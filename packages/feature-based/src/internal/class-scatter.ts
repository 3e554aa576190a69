import {
  type DenseMatrix,
  denseMatrix,
  type LinearAlgebra,
  type TrainingRows,
} from '@graft-ml/core';
import { classMeans } from './class-means.js';

/** How rows spread within and between their classes, both [r, r]. */
export interface ClassScatter {
  /** Σᵢ wᵢ·(xᵢ − m_yᵢ)(xᵢ − m_yᵢ)ᵀ, m_c the mean of class c. */
  readonly within: DenseMatrix;
  /** Σ_c W_c·(m_c − m)(m_c − m)ᵀ, W_c the weight of class c, m the mean of all rows. */
  readonly between: DenseMatrix;
  /** Rows √W_c·(m_c − m), whose cross product is `between` [classes, r]. */
  readonly gaps: DenseMatrix;
}

/** Scatter of labelled rows by their weights. */
export function classScatter(
  linearAlgebra: LinearAlgebra,
  labelled: TrainingRows & { readonly x: DenseMatrix },
): ClassScatter {
  const { x, y, weights } = labelled;
  const { columns } = x;
  const { means, classes } = classMeans(labelled);
  const position = new Map(Array.from(classes, (c, k) => [c, k] as const));
  const mass = new Float64Array(classes.length);
  const overall = new Float64Array(columns);
  const spread = denseMatrix(x.rows, columns);
  for (let i = 0; i < x.rows; i++) {
    const weight = weights ? weights[i] : 1;
    const k = position.get(y[i]);
    if (k === undefined) continue;
    mass[k] += weight;
    const root = Math.sqrt(weight);
    for (let j = 0; j < columns; j++) {
      spread.data[i * columns + j] = root * (x.data[i * columns + j] - means.data[k * columns + j]);
    }
  }
  const total = mass.reduce((sum, value) => sum + value, 0);
  for (let k = 0; k < mass.length; k++) {
    for (let j = 0; j < columns; j++) overall[j] += (mass[k] / total) * means.data[k * columns + j];
  }
  const gaps = denseMatrix(mass.length, columns);
  for (let k = 0; k < mass.length; k++) {
    const root = Math.sqrt(mass[k]);
    for (let j = 0; j < columns; j++) {
      gaps.data[k * columns + j] = root * (means.data[k * columns + j] - overall[j]);
    }
  }
  return {
    within: linearAlgebra.crossProduct(spread),
    between: linearAlgebra.crossProduct(gaps),
    gaps,
  };
}
