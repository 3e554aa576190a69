import { isTransferError } from '@graft-ml/core';
import { ClassifierDensityRatio } from '@graft-ml/instance-based';
import { NearestCentroid, NearestNeighbours } from '@graft-ml/learners';
import {
  largestGap,
  lineError,
  mean,
  normals,
  shimodaira,
  valuesOf,
  weightedMean,
} from './support/measure.js';

const shifted = (n = 400) => ({
  source: { x: normals(1, n, 0, 1) },
  target: { x: normals(2, n, 1, 1) },
});
const weightsOf = async (
  options: ConstructorParameters<typeof ClassifierDensityRatio>[0],
  n?: number,
) => (await new ClassifierDensityRatio(options).fit(shifted(n))).problem.sources[0]!.weights!;

describe('ClassifierDensityRatio', () => {
  it('moves the weighted source mean from 0 to within 0.1 of the target mean of 1', async () => {
    const { x } = shifted().source;
    const column = x.map(([value = 0]) => value);
    expect(Math.abs(mean(column))).toBeLessThan(0.1);
    expect(Math.abs(weightedMean(column, await weightsOf({})) - 1)).toBeLessThan(0.1);
  });

  it('leaves 0.38 of the squared error of a straight line on Shimodaira’s curve (mean of 20 seeds)', async () => {
    let raw = 0;
    let weighted = 0;
    for (let seed = 0; seed < 20; seed++) {
      const data = shimodaira(seed);
      const { problem } = await new ClassifierDensityRatio().fit({
        source: { x: data.xs },
        target: { x: data.xt },
      });
      raw += lineError(data);
      weighted += lineError(data, problem.sources[0]!.weights);
    }
    expect(weighted / raw).toBeLessThan(0.45);
  });

  it('weighs new rows as it weighed those it was fitted on, up to the held-out folds', async () => {
    const input = shifted();
    const { problem, fitted } = await new ClassifierDensityRatio({ nFolds: 1 }).fit(input);
    const again = await fitted.weigh(input.source.x);
    expect(largestGap(again, problem.sources[0]!.weights!)).toBeLessThan(1e-12);
    const folded = await new ClassifierDensityRatio({ nFolds: 5 }).fit(input);
    const unseen = await folded.fitted.weigh(input.source.x);
    expect(largestGap(unseen, folded.problem.sources[0]!.weights!)).toBeLessThan(0.3);
  });

  it('cuts at the quantile and flattens towards 1', async () => {
    const largest = async (options: object) =>
      Math.max(...(await weightsOf({ nFolds: 1, ...options })));
    const [full, cut, flat, none] = [
      await largest({ cap: 1 }),
      await largest({ cap: 0.8 }),
      await largest({ cap: 1, flattening: 0.5 }),
      await largest({ flattening: 0 }),
    ];
    expect(cut).toBeLessThan(0.5 * full);
    expect(flat).toBeLessThan(0.7 * full);
    expect(none).toBeCloseTo(1, 12);
  });

  it('brings the log ratios of a neighbour classifier nearer the truth by calibration: 0.67 away, 0.57 by Platt, 0.46 isotonic', async () => {
    const input = shifted(1000);
    const truth = input.source.x.map(([x = 0]) => x - 0.5);
    const error = async (calibration: 'none' | 'platt' | 'isotonic') => {
      const learner = new NearestNeighbours({ neighbours: 15 });
      const { problem } = await new ClassifierDensityRatio(
        { calibration, clip: 0.01, cap: 1 },
        { classifier: learner },
      ).fit(input);
      const weights = problem.sources[0]!.weights!;
      return mean(truth.map((value, i) => Math.abs(Math.log(weights[i]! + 1e-9) - value)));
    };
    const raw = await error('none');
    expect(raw).toBeGreaterThan(0.6);
    expect(await error('platt')).toBeLessThan(0.6);
    expect(await error('isotonic')).toBeLessThan(0.5);
  });

  it('warns where a classifier separates the domains, and where few rows carry the weight', async () => {
    const { fitted } = await new ClassifierDensityRatio({ cap: 1 }).fit({
      source: { x: normals(1, 100, 0, 1) },
      target: { x: normals(2, 100, 6, 1) },
    });
    expect(fitted.diagnostics.warnings.map(({ code }) => code)).toEqual([
      'DOMAINS_SEPARABLE',
      'ESS_LOW',
    ]);
    expect(fitted.effectiveSampleSizes[0]).toBeLessThan(10);
    expect((fitted.diagnostics.facts!['domainAuc'] as number[])[0]).toBeGreaterThan(0.99);
  });

  it('weighs each of several sources on its own and leaves rows as they are', async () => {
    const input = {
      sources: [shifted().source, { x: normals(3, 90, 1, 1) }],
      target: shifted().target,
    };
    const { problem, fitted } = await new ClassifierDensityRatio().fit(input);
    expect(problem.sources.map(({ weights }) => mean(weights!))).toEqual([
      expect.closeTo(1, 12),
      expect.closeTo(1, 12),
    ]);
    expect(fitted.effectiveSampleSizes[1]! / 90).toBeGreaterThan(0.95);
    expect(valuesOf(problem.sources[0]!.x)).toEqual(Float64Array.from(input.sources[0]!.x.flat()));
  });

  it('refuses learners without probabilities and domains too small to divide', async () => {
    const silent = new ClassifierDensityRatio({}, { classifier: new NearestCentroid() }).fit(
      shifted(20),
    );
    const small = new ClassifierDensityRatio().fit({
      source: { x: [[1]] },
      target: { x: [[2], [3]] },
    });
    expect(isTransferError(await silent.catch((e: unknown) => e), 'UNSUPPORTED')).toBe(true);
    expect(isTransferError(await small.catch((e: unknown) => e), 'INVALID_DATA')).toBe(true);
  });
});
