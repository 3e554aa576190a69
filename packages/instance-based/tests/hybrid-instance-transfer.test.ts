import { isTransferError, type RestoreContext } from '@graft-ml/core';
import {
  ClassifierDensityRatio,
  HybridInstanceTransfer,
  Pooling,
  TargetOnly,
} from '@graft-ml/instance-based';
import { NearestCentroid } from '@graft-ml/learners';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { mean } from './support/measure.js';
import { accuracyOnDoubtful, doubtfulSource } from './support/sources.js';

const context: RestoreContext = {
  linearAlgebra: referenceLinearAlgebra,
  restore: (state) => HybridInstanceTransfer.restore(state, context),
};

describe('HybridInstanceTransfer', () => {
  it('gives rows of a flipped label less than half the weight of the others, with 50 labels (10 seeds)', async () => {
    let [flipped, clean] = [0, 0];
    for (let seed = 0; seed < 10; seed++) {
      const made = doubtfulSource(seed, { flippedShare: 0.3, nLabelled: 50 });
      const { problem } = await new HybridInstanceTransfer({ targetShare: 0.5 }).fit(made.problem);
      const weights = Array.from(problem.sources[0]!.weights!);
      flipped += mean(weights.filter((_, i) => made.flipped[i]));
      clean += mean(weights.filter((_, i) => !made.flipped[i]));
    }
    expect(flipped / clean).toBeLessThan(0.47);
  });

  it('has 0.95 where pooling has 0.91 and a density ratio 0.81, 30 % of source labels flipped, 50 labels (10 seeds)', async () => {
    const options = { flippedShare: 0.3, nLabelled: 50 };
    const hybrid = await accuracyOnDoubtful(new HybridInstanceTransfer(), options, 10);
    const pooled = await accuracyOnDoubtful(new Pooling(), options, 10);
    expect(hybrid - pooled).toBeGreaterThan(0.03);
    expect(
      hybrid - (await accuracyOnDoubtful(new ClassifierDensityRatio(), options, 10)),
    ).toBeGreaterThan(0.1);
  });

  it('loses at most 0.02 against target-only where the source is about something else (6 seeds each)', async () => {
    for (const angle of [90, 135, 180]) {
      const hybrid = await accuracyOnDoubtful(new HybridInstanceTransfer(), { angle }, 6);
      const alone = await accuracyOnDoubtful(new TargetOnly(), { angle }, 6);
      expect(hybrid).toBeGreaterThan(alone - 0.02);
    }
  });

  it('keeps what the weights are made of, and through JSON', async () => {
    const { problem } = doubtfulSource(1, { flippedShare: 0.3 });
    const { fitted } = await new HybridInstanceTransfer().fit(problem);
    const restored = HybridInstanceTransfer.restore(fitted.toState(), context);
    expect(restored.weightParts).toEqual(fitted.weightParts);
    const [{ domain, task } = { domain: [], task: [] }] = fitted.weightParts;
    expect(mean(domain)).toBeCloseTo(1, 12);
    for (const certainty of task) expect(Math.abs(certainty)).toBeLessThan(20 / 30);
  });

  it('warns where the target’s model contradicts the source, and where it has one class alone', async () => {
    const { problem } = doubtfulSource(2, { angle: 180 });
    const opposed = (await new HybridInstanceTransfer().fit(problem)).fitted.diagnostics;
    expect(opposed.warnings.map(({ code }) => code)).toContain('LABELS_CONTRADICT');
    const { labelled } = problem.target;
    const ones = { x: labelled.x, y: labelled.y.map(() => 1) };
    const target = { x: problem.target.x, labelled: ones };
    const silent = (await new HybridInstanceTransfer().fit({ ...problem, target })).fitted
      .diagnostics;
    expect(silent.warnings.map(({ code }) => code)).toContain('CLASS_MISSING');
  });

  it('refuses what it cannot do: learners without probabilities, a share to be found from one row, no row with weight', async () => {
    const { problem } = doubtfulSource(3, {});
    const failure = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);
    const blunt = new HybridInstanceTransfer({}, { learner: new NearestCentroid() });
    expect(isTransferError(await failure(blunt.fit(problem)), 'UNSUPPORTED')).toBe(true);
    const labelled = { x: problem.target.labelled.x.slice(0, 1), y: [1] };
    const one = { ...problem, target: { x: problem.target.x, labelled } };
    expect(
      isTransferError(await failure(new HybridInstanceTransfer().fit(one)), 'INVALID_DATA'),
    ).toBe(true);
    const row = (x: number, y: number) => ({ x: [[x], [-x]], y: [y, 1 - y] });
    const opposed = { source: row(2, 0), target: { x: [[2], [-2]], labelled: row(2, 1) } };
    const alone = new HybridInstanceTransfer({ combine: 'task', targetShare: 0.5 });
    expect(isTransferError(await failure(alone.fit(opposed)), 'NUMERICAL')).toBe(true);
  });
});
