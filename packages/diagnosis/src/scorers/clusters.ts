import { type DenseMatrix, type Matrix, type MatrixInput, toDense, toMatrix } from '@graft-ml/core';
import { nearestNeighbours, referenceLinearAlgebra } from '@graft-ml/numerics';
import { checkEntries, checkOption, classIndices, tooFewRows } from '../internal/inputs.js';
import { shareOfVotes } from '../internal/votes.js';

/** How far predicted classes form clusters in the target's features. Each is NaN where fewer than two classes are predicted. */
export interface ClusterIndices {
  /** Mean of (b − a)/max(a, b): a the mean distance to the own class, b to the nearest other one. In [−1, 1], higher is better. rousseeuw1987 */
  readonly silhouette: number;
  /** (between/(C − 1)) / (within/(n − C)) of squared distances to class means. Higher is better. calinski1974 */
  readonly calinskiHarabasz: number;
  /** Mean over classes of the largest (s_c + s_k)/‖m_c − m_k‖, s the mean distance to the class mean. Lower is better. davies1979 */
  readonly daviesBouldin: number;
}

/** Cluster indices of predicted classes in given features, the raw ones say.
 *
 * Cannot see which class a cluster should have; and features in which classes overlap score low for the right labels, too.
 * Shapes    x [n, d], predicted [n]. A class of one row has silhouette 0.
 */
export function clusterIndices(x: MatrixInput, predicted: ArrayLike<number>): ClusterIndices {
  const who = 'clusterIndices';
  const rows = toDense(toMatrix(x, who, 'x'));
  classIndices(who, predicted, rows.rows, 'predicted');
  const groups = groupsOf(predicted);
  const nan = Number.NaN;
  if (groups.length < 2) return { silhouette: nan, calinskiHarabasz: nan, daviesBouldin: nan };
  return { silhouette: silhouette(rows, predicted, groups), ...centreIndices(rows, groups) };
}

/** Share of rows whose predicted class is the commonest among their `nNeighbours` nearest rows, ties split.
 *
 * Predictions that follow the target's own clusters score high. Cannot see a whole cluster of the wrong class.
 * Shapes    x [n, d], predicted [n], n > nNeighbours → [0, 1]
 */
export function neighbourAgreement(
  x: MatrixInput,
  predicted: ArrayLike<number>,
  nNeighbours = 5,
): number {
  const who = 'neighbourAgreement';
  const rows = toMatrix(x, who, 'x');
  checkOption(who, 'nNeighbours', nNeighbours, 'a whole number ≥ 1', nNeighbours >= 1);
  if (rows.rows <= nNeighbours) throw tooFewRows(who, 'x', nNeighbours + 1, rows.rows);
  classIndices(who, predicted, rows.rows, 'predicted');
  const { indices } = nearestNeighbours(referenceLinearAlgebra, nNeighbours, rows);
  return shareOfVotes(indices, nNeighbours, predicted, predicted);
}

/** Share of target rows whose predicted class is that of the nearest source rows, by a vote of `nNeighbours`.
 *
 * In raw features it asks for closeness to a nearest-neighbour classifier, whose mistakes it shares; in adapted features
 * it asks whether the domains lie class on class. Shapes: source x [ns, d], y [ns], target x [nt, d], predicted [nt] → [0, 1]
 */
export function nearestSourceAgreement(
  source: { readonly x: MatrixInput; readonly y: ArrayLike<number> },
  target: { readonly x: MatrixInput; readonly predicted: ArrayLike<number> },
  nNeighbours = 1,
): number {
  const who = 'nearestSourceAgreement';
  const xs = toMatrix(source.x, who, 'source.x');
  const xt = toMatrix(target.x, who, 'target.x');
  checkEntries(xt.columns, xs.columns, who, 'columns of "target.x"');
  classIndices(who, source.y, xs.rows, 'source.y');
  classIndices(who, target.predicted, xt.rows, 'target.predicted');
  const { indices } = nearestNeighbours(referenceLinearAlgebra, nNeighbours, xt, xs);
  return shareOfVotes(indices, nNeighbours, source.y, target.predicted);
}

function groupsOf(predicted: ArrayLike<number>): number[][] {
  const groups = new Map<number, number[]>();
  for (let i = 0; i < predicted.length; i++) {
    const group = groups.get(predicted[i]);
    if (group) group.push(i);
    else groups.set(predicted[i], [i]);
  }
  return [...groups.keys()].sort((a, b) => a - b).map((c) => groups.get(c) ?? []);
}

function silhouette(x: Matrix, predicted: ArrayLike<number>, groups: number[][]): number {
  const { data } = referenceLinearAlgebra.squaredDistances(x, x);
  const n = x.rows;
  let sum = 0;
  for (const [g, group] of groups.entries()) {
    if (group.length === 1) continue;
    for (const i of group) {
      let own = 0;
      let other = Infinity;
      groups.forEach((members, k) => {
        let total = 0;
        for (const j of members) total += Math.sqrt(data[i * n + j]);
        if (k === g) own = total / (members.length - 1);
        else other = Math.min(other, total / members.length);
      });
      const larger = Math.max(own, other);
      if (larger > 0) sum += (other - own) / larger;
    }
  }
  return sum / predicted.length;
}

function centreIndices({ rows, columns, data }: DenseMatrix, groups: number[][]) {
  const mean = new Float64Array(columns);
  data.forEach((value, p) => (mean[p % columns] += value / rows));
  const centres = groups.map((group) => {
    const centre = new Float64Array(columns);
    for (const i of group)
      for (let j = 0; j < columns; j++) centre[j] += data[i * columns + j] / group.length;
    return centre;
  });
  let within = 0;
  let between = 0;
  const spreads = groups.map((group, g) => {
    between += group.length * squaredDistance(centres[g], mean);
    let sum = 0;
    for (const i of group) {
      const squared = squaredDistance(data.subarray(i * columns, (i + 1) * columns), centres[g]);
      within += squared;
      sum += Math.sqrt(squared);
    }
    return sum / group.length;
  });
  const worst = centres.map((centre, g) =>
    Math.max(
      ...centres.map((other, k) =>
        k === g ? 0 : (spreads[g] + spreads[k]) / Math.sqrt(squaredDistance(centre, other)),
      ),
    ),
  );
  return {
    calinskiHarabasz: between / (groups.length - 1) / (within / (rows - groups.length)),
    daviesBouldin: worst.reduce((sum, value) => sum + value, 0) / groups.length,
  };
}

function squaredDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j] - b[j]) ** 2;
  return sum;
}
