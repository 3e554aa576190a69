import { type DenseMatrix, type Matrix, stackRows, toDense } from '@graft-ml/core';
import { columnMeans, columnStandardDeviations } from '@graft-ml/numerics';

/** Domains and, where given, labelled rows with every column less its mean and over its spread in both domains together.
 *
 * A difference between the domains stays; units do not. Constant columns become 0.
 */
export function pooledScale(
  xs: Matrix,
  xt: Matrix,
  labelled?: Matrix,
): [DenseMatrix, DenseMatrix, DenseMatrix | undefined] {
  const together = stackRows([xs, xt]);
  const means = columnMeans(together);
  const spreads =
    together.rows > 1 ? columnStandardDeviations(together) : new Float64Array(xs.columns);
  const scale = (x: Matrix): DenseMatrix => {
    const dense = toDense(x);
    const data = dense.data.map((value, p) => {
      const j = p % dense.columns;
      return spreads[j] > 0 ? (value - means[j]) / spreads[j] : 0;
    });
    return { ...dense, data };
  };
  return [scale(xs), scale(xt), labelled && scale(labelled)];
}
