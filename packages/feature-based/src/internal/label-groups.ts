import { type DenseMatrix, denseMatrix, type Task } from '@graft-ml/core';
import { quantile } from '@graft-ml/numerics';

/** How much each label belongs to each group [n, groups], rows with sum 1.
 *
 * A class is a group of its own. Values of a regression belong to the quantiles q at (c + ½) / `nGroups` by
 * exp(−(y − q_c)² / 2h²) over its sum, h the mean gap between neighbouring q.
 */
export function labelGroups(task: Task, y: Float64Array, nGroups: number): DenseMatrix {
  if (task.kind === 'classification') {
    const groups = denseMatrix(y.length, task.classes.length);
    y.forEach((label, i) => (groups.data[i * groups.columns + label] = 1));
    return groups;
  }
  const centres = Float64Array.from({ length: nGroups }, (_, c) =>
    quantile(y, (c + 0.5) / nGroups),
  );
  const gap = (centres[nGroups - 1] - centres[0]) / Math.max(1, nGroups - 1) || 1;
  const groups = denseMatrix(y.length, nGroups);
  y.forEach((value, i) => {
    const logits = centres.map((centre) => -(((value - centre) / gap) ** 2) / 2);
    const most = Math.max(...logits);
    const sum = logits.reduce((all, logit) => all + Math.exp(logit - most), 0);
    logits.forEach((logit, c) => (groups.data[i * nGroups + c] = Math.exp(logit - most) / sum));
  });
  return groups;
}
