// What every label-free scorer says about every candidate of a cell. Higher is better for all of them.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import {
  averageThresholdedConfidence,
  classifierTest,
  clusterIndices,
  consensus,
  deepEmbeddedValidation,
  differenceOfConfidences,
  guardScores,
  importanceWeightedRisk,
  matrixNormScore,
  mutualInformation,
  nuclearNormScore,
  predictionEntropy,
  softNeighbourhoodDensity,
} from '@graft-ml/diagnosis';
import { stackRows } from '@graft-ml/core';
import { LogisticRegression } from '@graft-ml/learners';

/** The names that tables use, in their order. */
export const scorers = {
  'importance-weighted validation': 'weighted',
  'deep embedded validation': 'dev',
  entropy: 'entropy',
  'mutual information': 'information',
  'soft neighbourhood density': 'density',
  'nuclear norm (BNM)': 'nuclear',
  'matrix norm (MaNo)': 'norm',
  'mixed rows (MixVal)': 'mix',
  'thresholded confidence (ATC)': 'thresholded',
  'difference of confidences': 'confidences',
  silhouette: 'silhouette',
  'Calinski–Harabasz': 'separation',
  'circular validation': 'reverse',
  'nearest-source agreement': 'nearestSource',
  'neighbour agreement': 'neighbours',
  'consensus of the candidates': 'consensus',
};

/** The scores of a cell, made by `makeCell`, or read back from `path`, which is written whole or not at all. */
export async function scoresOf(makeCell, path) {
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8'));
  const cell = await makeCell();
  const kept = cell.candidates.filter(({ error }) => !error);
  const predictions = kept.map(({ target }) => classesOf(target));
  const weights = await densityRatio(cell);
  const start = performance.now();
  const judged = await guardScores(
    { source: { x: cell.xs, y: cell.ys }, target: { x: cell.xt }, nClasses: cell.nClasses },
    predictions,
  );
  const guardSeconds = (performance.now() - start) / 1000;
  const models = [];
  for (const [k, { name, seconds, target, validation, mix }] of kept.entries()) {
    const confidence = { validation, validationLabels: cell.yv, target };
    const said = classesOf(validation);
    const losses = Float64Array.from(said, (c, i) => (c === cell.yv[i] ? 0 : 1));
    const logs = Float64Array.from(
      cell.yv,
      (y, i) => -Math.log(Math.max(1e-12, validation.data[i * cell.nClasses + y])),
    );
    const others = predictions.filter((_, j) => j !== k);
    const clusters = clusterIndices(cell.xt, predictions[k]);
    models.push({
      name,
      seconds,
      predicted: Array.from(predictions[k]),
      accuracy: share(predictions[k], cell.yt),
      scores: {
        ...judged[k],
        consensus: share(predictions[k], consensus(others, cell.nClasses).classes),
        weighted: -importanceWeightedRisk({ losses, weights }),
        dev: -deepEmbeddedValidation({ losses: logs, weights }).risk,
        entropy: -predictionEntropy(target),
        information: mutualInformation(target),
        density: softNeighbourhoodDensity(target),
        nuclear: nuclearNormScore(target),
        norm: matrixNormScore(target),
        mix: mix.score,
        thresholded: averageThresholdedConfidence(confidence),
        confidences: differenceOfConfidences(confidence),
        // One predicted class has no clusters: worst of all.
        silhouette: Number.isNaN(clusters.silhouette) ? -2 : clusters.silhouette,
        separation: Number.isNaN(clusters.calinskiHarabasz) ? -1 : clusters.calinskiHarabasz,
      },
    });
  }
  const { id, family, group, yt } = cell;
  const { auc } = await classifierTest(cell.xs, cell.xt, {
    classifier: new LogisticRegression({ tolerance: 1e-3 }),
  });
  const result = { id, family, group, guardSeconds, auc, labels: Array.from(yt), models };
  writeFileSync(`${path}.part`, JSON.stringify(result));
  renameSync(`${path}.part`, path);
  return result;
}

/** p_target/p_source of the held-out source rows by a logistic domain classifier. */
async function densityRatio({ xs, xt, xv }) {
  const y = Array.from({ length: xs.rows + xt.rows }, (_, i) => (i < xs.rows ? 0 : 1));
  const domain = await new LogisticRegression().fit({ x: stackRows([xs, xt]), y });
  const { data } = await domain.predictProba(xv);
  return Float64Array.from({ length: xv.rows }, (_, i) => {
    const p = Math.min(1 - 1e-6, Math.max(1e-6, data[2 * i + 1]));
    return ((xs.rows / xt.rows) * p) / (1 - p);
  });
}

export function classesOf({ rows, columns, data }) {
  const classes = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    for (let c = 1; c < columns; c++) {
      if (data[i * columns + c] > data[i * columns + classes[i]]) classes[i] = c;
    }
  }
  return classes;
}

export function share(a, b) {
  let equal = 0;
  for (let i = 0; i < a.length; i++) if (a[i] === b[i]) equal++;
  return equal / a.length;
}
