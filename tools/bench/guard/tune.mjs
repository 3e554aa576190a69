// From scores to a rule: a quadratic function of views by ridge regression, the margin by leaving groups out.
import { denseMatrix } from '@graft-ml/core';
import { besideSourceOnly, estimateByViews, expectedGain, viewOf } from '@graft-ml/diagnosis';
import { solveRidge } from '@graft-ml/learners';
import {
  nonNegativeLeastSquares,
  quantile,
  randomSource,
  referenceLinearAlgebra,
} from '@graft-ml/numerics';

const alone = [
  { score: 'differs', of: 'candidate' },
  { score: 'nearestSource', of: 'difference' },
  { score: 'reverse', of: 'difference' },
  { score: 'neighbours', of: 'difference' },
  { score: 'classShift', of: 'difference' },
  { score: 'classShift', of: 'source-only' },
];
const amongOthers = [{ score: 'support', of: 'candidate' }, ...alone];
/** The penalty of a standardised term, per row. */
const ridge = 0.15;

/** Cells in which only some of the candidates were there: all, and draws of 5, 3 and 2, so that the rule knows small comparisons. */
export function withFewer(cell) {
  const random = randomSource(1).stream(cell.id);
  const n = cell.models.length - 1;
  const draws = [5, 3, 2].map((count) => random.sample(n, Math.min(n, count)).sort());
  return [cell, ...draws.map((chosen) => amongFew(cell, chosen))];
}

/** One candidate beside source-only, for each. */
export function oneByOne(cell) {
  return cell.models.slice(1).map((_, k) => amongFew(cell, [k]));
}

/** The cell with some of its candidates, its views made anew. */
function amongFew(cell, chosen) {
  const models = [cell.models[0], ...Array.from(chosen, (k) => cell.models[k + 1])];
  return withViews({ ...cell, models });
}

/** Adds what predictions say beside each other to the scores of all models. */
export function withViews(cell) {
  const beside = besideSourceOnly(cell.models.map(({ predicted }) => predicted));
  const models = cell.models.map((model, k) => {
    return { ...model, scores: { ...model.scores, support: undefined, ...beside[k] } };
  });
  return { ...cell, models };
}

/** The rule that a set of cells arrives at, with what each margin would have done: see `docs/benchmarks/guard.md`. */
export function tuneRule(cells, { harmLimit = 0.05 } = {}) {
  const among = tunePart(cells, withFewer, amongOthers, harmLimit);
  const single = tunePart(cells, oneByOne, alone, harmLimit);
  return {
    rule: { amongOthers: among.part, alone: single.part, minRows: 30 },
    tried: { amongOthers: among.tried, alone: single.tried },
  };
}

function tunePart(cells, expand, views, harmLimit) {
  const many = cells.flatMap(expand);
  const judged = judgeLeavingGroupsOut(many, views);
  const counts = [...new Set(many.map(({ models }) => models.length))];
  const tried = Array.from({ length: 17 }, (_, k) => k * 0.0025).map((margin) => {
    const changes = judged.map(({ cell, gains }) => ({
      count: cell.models.length,
      change: changeOf(cell, bestAbove(gains, margin)),
    }));
    const of = (some) => harmAndMean(some.map(({ change }) => change));
    const byCount = counts.map((count) => of(changes.filter((one) => one.count === count)));
    return { margin, ...of(changes), most: Math.max(...byCount.map(({ harm }) => harm)) };
  });
  const chosen = tried.find(({ most }) => most <= harmLimit) ?? tried[tried.length - 1];
  const residuals = judged.flatMap(({ cell, gains }) =>
    cell.models.slice(1).flatMap(({ scores }, k) => {
      const error = Math.abs(changeOf(cell, k + 1) - gains[k + 1]);
      return scores.differs > 0 ? [error / scores.differs] : [];
    }),
  );
  const part = {
    ...fitGain(many, views),
    margin: chosen.margin,
    halfWidth: quantile(residuals, 0.9),
  };
  return { part: rounded(part), tried };
}

function judgeLeavingGroupsOut(cells, views) {
  const groups = [...new Set(cells.map(({ group }) => group))];
  return groups.flatMap((group) => {
    const part = fitGain(
      cells.filter((cell) => cell.group !== group),
      views,
    );
    return cells
      .filter((cell) => cell.group === group)
      .map((cell) => ({ cell, gains: gainsOf(cell, { amongOthers: part, alone: part }) }));
  });
}

/** Ridge regression of the change in accuracy on standardised terms; changes are cut at ±20 points so that no cell rules. */
function fitGain(cells, chosen) {
  const seen = cells.flatMap((cell) =>
    cell.models.slice(1).map(({ scores, accuracy }) => {
      const [own] = cell.models;
      return {
        values: chosen.map((view) => viewOf(view, scores, own.scores)),
        change: Math.min(0.2, Math.max(-0.2, accuracy - own.accuracy)),
      };
    }),
  );
  const views = chosen.map((view, j) => ({
    ...view,
    ...momentsOf(seen.map(({ values }) => values[j])),
  }));
  const terms = seen.map(({ values }) => {
    const z = views.map(({ mean, spread }, j) =>
      Math.min(3, Math.max(-3, (values[j] - mean) / spread)),
    );
    return [...z, ...z.flatMap((value, i) => z.slice(i).map((other) => value * other))];
  });
  const scales = terms[0].map((_, t) => momentsOf(terms.map((row) => row[t])));
  const x = denseMatrix(terms.length, scales.length);
  const y = denseMatrix(terms.length, 1);
  terms.forEach((row, i) => {
    row.forEach(
      (value, t) => (x.data[i * row.length + t] = (value - scales[t].mean) / scales[t].spread),
    );
    y.data[i] = seen[i].change;
  });
  const { coefficients, intercepts } = solveRidge(referenceLinearAlgebra, {
    x,
    y,
    regularization: ridge * terms.length,
  });
  const weights = Array.from(coefficients.data, (weight, t) => weight / scales[t].spread);
  const constant = intercepts[0] - sum(weights.map((weight, t) => weight * scales[t].mean));
  let at = views.length;
  const products = views.map((_, i) => weights.slice(at, (at += views.length - i)));
  return { views, constant, linear: weights.slice(0, views.length), products };
}

function momentsOf(values) {
  const mean = sum(values) / values.length;
  const spread = Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / values.length);
  return { mean, spread: spread || 1 };
}

/** Four digits: what is shipped is what was judged. */
function rounded(value) {
  if (typeof value === 'number') return Number(value.toPrecision(4));
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, rounded(part)]));
}

/** Expected gain of every model of a cell; the first is source-only. */
export function gainsOf({ models }, rule) {
  return models.map(({ scores }) => expectedGain(rule, scores, models[0].scores));
}

export function changeOf({ models }, k) {
  return models[k].accuracy - models[0].accuracy;
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
    mean: sum(changes) / changes.length,
  };
}

/** Index of the model with the largest expected gain above the margin; 0, source-only, where there is none. */
export function bestAbove(gains, margin) {
  let best = 0;
  for (let k = 1; k < gains.length; k++) {
    if (gains[k] > margin && (best === 0 || gains[k] > gains[best])) best = k;
  }
  return best;
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}
