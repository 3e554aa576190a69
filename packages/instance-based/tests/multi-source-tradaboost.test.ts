import { isTransferError } from '@graft-ml/core';
import { relatedSources } from '@graft-ml/datasets';
import { MultiSourceTrAdaBoost, TrAdaBoost } from '@graft-ml/instance-based';
import { LogisticRegression } from '@graft-ml/learners';
import { fact } from './support/boosting.js';
import { meanOverSeeds } from './support/measure.js';
import { accuracyOf, onTargetOnly } from './support/sources.js';

const learner = new LogisticRegression();
const boost =
  (options = {}) =>
  () =>
    new MultiSourceTrAdaBoost(options, { learner });

describe('MultiSourceTrAdaBoost', () => {
  it('has 0.93 with 10 labels where target-only has 0.75 and TrAdaBoost 0.60, three of five sources misleading (20 seeds)', async () => {
    const options = { nLabelled: 10 };
    const boosted = await accuracyOf(boost(), options);
    expect(boosted - (await accuracyOf(() => onTargetOnly(learner), options))).toBeGreaterThan(
      0.17,
    );
    const together = () => new TrAdaBoost({}, { learner });
    expect(boosted - (await accuracyOf(together, options))).toBeGreaterThan(0.3);
  });

  it('loses less than 0.02 by one irrelevant source more (20 seeds)', async () => {
    const options = { nLabelled: 20 };
    const related = await accuracyOf(boost(), options, ['related']);
    const noisy = await accuracyOf(boost(), options, ['related', 'random']);
    expect(Math.abs(related - noisy)).toBeLessThan(0.02);
  });

  it('turns models of flipped sources round: 0.87, as target-only (20 seeds)', async () => {
    const options = { nLabelled: 20, angle: 20 };
    expect(await accuracyOf(boost(), options, ['flipped'])).toBeGreaterThan(0.85);
  });

  it('moves the share of the related sources from 0.4 of source weight to 0.7, with 50 labels (20 seeds)', async () => {
    const share = await meanOverSeeds(async (seed) => {
      const { problem, relations } = relatedSources({ seed, nLabelled: 50 });
      const { diagnostics } = await boost()().fit(problem);
      const last = (diagnostics.facts!['sourceShares'] as number[][]).at(-1)!;
      const related = last.filter((_, k) => relations[k] === 'related');
      return related.reduce((a, b) => a + b) / last.reduce((a, b) => a + b);
    });
    expect(share).toBeGreaterThan(0.65);
  });

  it('takes weight from the chosen source alone, if asked to', async () => {
    const { problem } = relatedSources({ seed: 1, nLabelled: 50 });
    const model = await new MultiSourceTrAdaBoost({ updates: 'chosen', nRounds: 1 }).fit(problem);
    const [shares = []] = model.diagnostics.facts!['sourceShares'] as number[][];
    const others = shares.filter((_, k) => k !== fact(model, 'chosen')[0]);
    expect(Math.max(...others) - Math.min(...others)).toBeLessThan(1e-12);
    expect(shares[fact(model, 'chosen')[0]!]).toBeLessThan(others[0]!);
  });

  it('refuses more rounds than source rows', async () => {
    const source = { x: [[0], [1]], y: [0, 1] };
    const fit = boost({ nRounds: 3 })().fit({ source, target: { x: [[0]], labelled: source } });
    expect(isTransferError(await fit.catch((e: unknown) => e), 'INVALID_OPTION')).toBe(true);
  });
});
