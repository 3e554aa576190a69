// From scores to a rule: weights by least squares that cannot be negative, the margin by leaving groups out.
import { denseMatrix } from '@graft-ml/core';
import { estimateByViews, expectedGain } from '@graft-ml/diagnosis';
import { nonNegativeLeastSquares, quantile, referenceLinearAlgebra } from '@graft-ml/numerics';

const names = ['consensus', 'nearestSource', 'reverse', 'neighbours'];
const ridge = 10;

/** The rule that a set of cells arrives at: see `docs/benchmarks/guard.md`. */
export function tuneRule(cells, { harmLimit = 0.075 } = {}) {
  const gains = gainsLeavingGroupsOut(cells);
  const margins = Array.from({ length: 13 }, (_, k) => k * 0.0025);
  const tried = margins.map((margin) => {
    const changes = cells.map((cell) => {
      const k = bestAbove(gains.get(cell.id), margin);
      return cell.models[k].accuracy - cell.models[0].accuracy;
    });
    return { margin, ...harmAndMean(changes) };
  });
  const chosen = tried.find(({ harm }) => harm <= harmLimit) ?? tried[tried.length - 1];
  const residuals = cells.flatMap((cell) =>
    cell.models.slice(1).flatMap((model, k) => {
      const differs = differing(model, cell.models[0]);
      const gain = gains.get(cell.id)[k + 1];
      const change = model.accuracy - cell.models[0].accuracy;
      return differs > 0 ? [Math.abs(change - gain) / differs] : [];
    }),
  );
  return {
    rule: {
      weights: fitWeights(cells),
      margin: chosen.margin,
      halfWidth: quantile(residuals, 0.9),
      minRows: 30,
    },
    tried,
  };
}

/** Weights by least squares that cannot be negative over all models; the half width holds nine in ten errors of source-only's
 * estimates when its group is left out.
 */
export function tuneAccuracy(cells) {
  const fit = (some) => {
    const rows = some.flatMap(({ models }) => models);
    const a = denseMatrix(rows.length, 2);
    rows.forEach(({ scores }, i) => a.data.set([scores.nearestSource, scores.confidences], 2 * i));
    const b = Float64Array.from(rows, ({ accuracy }) => accuracy);
    const { x } = nonNegativeLeastSquares(referenceLinearAlgebra, a, b);
    return { nearestSource: x[0], confidences: x[1] };
  };
  const errors = [...new Set(cells.map(({ group }) => group))].flatMap((group) => {
    const rule = { weights: fit(cells.filter((cell) => cell.group !== group)), halfWidth: 0 };
    return cells
      .filter((cell) => cell.group === group)
      .map(({ models }) =>
        Math.abs(estimateByViews(models[0].scores, rule).accuracy - models[0].accuracy),
      );
  });
  return { weights: fit(cells), halfWidth: quantile(errors, 0.9) };
}

export function harmAndMean(changes) {
  return {
    harm: changes.filter((change) => change < -0.005).length / changes.length,
    mean: changes.reduce((sum, change) => sum + change, 0) / changes.length,
  };
}

export function differing(model, other) {
  const same = model.predicted.filter((c, i) => c === other.predicted[i]).length;
  return 1 - same / model.predicted.length;
}

/** Index of the model with the largest expected gain above the margin; 0, source-only, where there is none. */
export function bestAbove(gains, margin) {
  let best = 0;
  for (let k = 1; k < gains.length; k++) {
    if (gains[k] > margin && (best === 0 || gains[k] > gains[best])) best = k;
  }
  return best;
}

function gainsLeavingGroupsOut(cells) {
  const groups = [...new Set(cells.map(({ group }) => group))];
  return new Map(
    groups.flatMap((group) => {
      const rule = { weights: fitWeights(cells.filter((cell) => cell.group !== group)) };
      return cells
        .filter((cell) => cell.group === group)
        .map(({ id, models }) => [
          id,
          models.map(({ scores }) => expectedGain(rule, scores, models[0].scores)),
        ]);
    }),
  );
}

/** min Σ (change − Σ w·difference)² + ridge·Σ (w·spread)², w ≥ 0; changes are cut at ±20 points so that no cell rules. */
function fitWeights(cells) {
  const rows = cells.flatMap(({ models }) =>
    models.slice(1).map(({ scores, accuracy }) => ({
      differences: names.map((name) => scores[name] - models[0].scores[name]),
      change: Math.min(0.2, Math.max(-0.2, accuracy - models[0].accuracy)),
    })),
  );
  const spreads = names.map((_, j) => {
    const values = rows.map(({ differences }) => differences[j]);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
  });
  const a = denseMatrix(rows.length + names.length, names.length);
  const b = new Float64Array(a.rows);
  rows.forEach(({ differences, change }, i) => {
    differences.forEach((value, j) => (a.data[i * names.length + j] = value / spreads[j]));
    b[i] = change;
  });
  names.forEach((_, j) => (a.data[(rows.length + j) * names.length + j] = Math.sqrt(ridge)));
  const { x } = nonNegativeLeastSquares(referenceLinearAlgebra, a, b);
  return Object.fromEntries(names.map((name, j) => [name, x[j] / spreads[j]]));
}
