import { isTransferError } from '@graft-ml/core';
import { relatedSources } from '@graft-ml/datasets';
import { TrAdaBoost } from '@graft-ml/instance-based';
import { LogisticRegression, NearestCentroid } from '@graft-ml/learners';
import { fact } from './support/boosting.js';
import { mean } from './support/measure.js';
import { accuracyOf, onTargetOnly } from './support/sources.js';

const learner = new LogisticRegression();
const boost =
  (options = {}) =>
  () =>
    new TrAdaBoost(options, { learner });
const options = { nLabelled: 20, angle: 20 };
const useful = ['related', 'random'] as const;

describe('TrAdaBoost', () => {
  it('has 0.94 where target-only has 0.87, with two related sources and one of noise (20 seeds)', async () => {
    const [boosted, alone] = [
      await accuracyOf(boost(), options, useful),
      await accuracyOf(() => onTargetOnly(learner), options, useful),
    ];
    expect(boosted - alone).toBeGreaterThan(0.06);
  });

  it('in the variant of adapt loses nothing where all source labels are flipped: 0.89 against 0.87, source weight → 0', async () => {
    const flipped = await accuracyOf(boost({ variant: 'adapt' }), options, ['flipped']);
    const alone = await accuracyOf(() => onTargetOnly(learner), options);
    expect(flipped - alone).toBeGreaterThan(0);
    const { problem, relations } = relatedSources({ seed: 1, ...options });
    const sources = problem.sources.filter((_, k) => relations[k] === 'flipped');
    const model = await boost({ variant: 'adapt', nRounds: 20 })().fit({ ...problem, sources });
    expect(mean(fact(model, 'finalSourceWeights')) * 200).toBeLessThan(0.01);
    expect(fact(model, 'sourceShares')[0]).toBeCloseTo(200 / 220, 12);
  });

  it('in the variant of the paper follows flipped sources and says so', async () => {
    expect(await accuracyOf(boost(), options, ['flipped'])).toBeLessThan(0.15);
    const { problem, relations } = relatedSources({ seed: 1, ...options });
    const sources = problem.sources.filter((_, k) => relations[k] === 'flipped');
    const { diagnostics } = await boost()().fit({ ...problem, sources });
    expect(diagnostics.warnings.map(({ code }) => code)).toEqual(['NO_LEARNER']);
  });

  it('raises the share of source rows that no round gets wrong among source rows', async () => {
    const { problem } = relatedSources({ seed: 3, nLabelled: 40 });
    const model = await new TrAdaBoost().fit(problem);
    const weights = fact(model, 'finalSourceWeights');
    const largest = Math.max(...weights);
    // Source weights start equal, only shrink where wrong, and share one normalization.
    expect(largest / mean(weights)).toBeGreaterThan(1.2);
    expect(fact(model, 'errors').every((error) => error >= 0 && error <= 1)).toBe(true);
  });

  it('stops when a round makes no error on the target', async () => {
    const source = { x: [[0], [1], [2], [3]], y: ['a', 'a', 'b', 'b'] };
    const target = { x: [[0]], labelled: { x: [[0.5], [2.5]], y: ['a', 'b'] } };
    const model = await new TrAdaBoost().fit({ source, target });
    expect(model.diagnostics).toMatchObject({
      iterations: 1,
      stopReason: 'a round made no error on the target',
    });
    expect(await model.predict([[0], [9]])).toEqual(['a', 'b']);
  });

  it('begins with the weights that source rows have, and takes learners without probabilities', async () => {
    const source = { x: [[0], [1], [2], [3]], y: ['a', 'b', 'a', 'b'], weights: [2, 0, 0, 2] };
    const target = { x: [[0]], labelled: { x: [[0.5], [2.5], [2.6]], y: ['a', 'b', 'a'] } };
    const centroid = new NearestCentroid();
    for (const variant of ['paper', 'adapt'] as const) {
      const model = await new TrAdaBoost({ variant }, { learner: centroid }).fit({
        source,
        target,
      });
      expect(fact(model, 'finalSourceWeights').slice(1, 3)).toEqual([0, 0]);
      const { data } = await model.predictProba([[0], [3]]);
      expect(data[0]! + data[1]!).toBeCloseTo(1, 12);
    }
  });

  it('refuses target labels that no source has, and regression', async () => {
    const source = { x: [[0], [1]], y: ['a', 'b'] };
    const labelled = { x: [[0], [1]], y: ['a', 'c'] };
    const other = new TrAdaBoost().fit({ source, target: { x: [[0]], labelled } });
    expect(isTransferError(await other.catch((e: unknown) => e), 'UNSUPPORTED')).toBe(true);
    const values = { x: [[0], [1]], y: [0.5, 1.5] };
    const real = new TrAdaBoost().fit({ source: values, target: { x: [[0]], labelled: values } });
    expect(isTransferError(await real.catch((e: unknown) => e), 'UNSUPPORTED')).toBe(true);
  });
});
