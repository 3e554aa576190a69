import { LogisticRegression } from '@graft-ml/learners';
import {
  defaultAccuracyRule,
  differenceOfConfidences,
  estimateAccuracy,
  estimateByViews,
  nearestSourceAgreement,
} from '@graft-ml/diagnosis';
import { randomSource } from '@graft-ml/numerics';
import { normalRows } from './support/rows.js';

/** Two blobs a domain, their first feature moved by `shift`. */
function blobs(seed: number, n: number, shift: number) {
  const y = Array.from({ length: n }, (_, i) => i % 2);
  const x = normalRows(randomSource(seed), n, 2).map(([a, b], i) => [a! + 3 * y[i]! + shift, b!]);
  return { x, y };
}

async function estimateFor(shift: number) {
  const source = blobs(1, 200, 0);
  const held = blobs(2, 100, 0);
  const target = blobs(3, 200, shift);
  const model = await new LogisticRegression().fit(source);
  const rows = {
    source,
    targetX: target.x,
    validation: await model.predictProba(held.x),
    validationLabels: held.y,
    target: await model.predictProba(target.x),
  };
  const predicted = await model.predictEncoded(target.x);
  const truth =
    predicted.reduce((n, c, i) => (c === target.y[i] ? n + 1 : n), 0) / predicted.length;
  return { rows, predicted, truth, estimate: estimateAccuracy(rows) };
}

describe('the accuracy on an unlabelled target', () => {
  it('lies within its interval without a shift and under a slight one', async () => {
    for (const shift of [0, 0.5]) {
      const { truth, estimate } = await estimateFor(shift);
      expect(estimate.low).toBeLessThanOrEqual(truth);
      expect(estimate.high).toBeGreaterThanOrEqual(truth);
    }
  });

  it('is the weighted sum of two views', async () => {
    const { rows, predicted, estimate } = await estimateFor(0.5);
    const { weights, halfWidth } = defaultAccuracyRule;
    const near = nearestSourceAgreement(rows.source, { x: rows.targetX, predicted }, 3);
    const sum = weights.nearestSource * near + weights.confidences * differenceOfConfidences(rows);
    expect(estimate.accuracy).toBeCloseTo(sum, 12);
    expect(estimate.low).toBeCloseTo(sum - halfWidth, 12);
    expect(estimate.views.nearestSource).toBe(near);
  });

  it('stays within what an accuracy can be', () => {
    const rule = { weights: { nearestSource: 1, confidences: 0.5 }, halfWidth: 0.2 };
    expect(estimateByViews({ nearestSource: 1, confidences: 1 }, rule)).toEqual({
      accuracy: 1,
      low: 0.8,
      high: 1,
    });
    expect(estimateByViews({ nearestSource: 0.05, confidences: 0 }, rule).low).toBe(0);
  });
});
