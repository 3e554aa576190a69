import { isTransferError } from '@graft-ml/core';
import {
  JointDistributionAdaptation,
  type TcaOptions,
  TransferComponentAnalysis,
} from '@graft-ml/feature-based';
import { columnMeans, randomSource } from '@graft-ml/numerics';
import { largestGap, nearestAccuracy, valuesOf } from './support/measure.js';

const labels = Array.from({ length: 60 }, (_, i) => i % 2);

/** Two classes apart in two features; a third feature says which domain a row is from and drowns them. */
function nuisance() {
  const random = randomSource(6);
  const rows = (shift: number) =>
    labels.map((label) => [
      (label ? 1 : -1) + 0.3 * random.normal(),
      (label ? 1 : -1) + 0.3 * random.normal(),
      shift + 3 * random.normal() - 0.5 * shift * label,
    ]);
  return { xs: rows(-5), xt: rows(5) };
}

describe('TransferComponentAnalysis', () => {
  it('brings the means together in its components', async () => {
    const { xs, xt } = nuisance();
    const gapOf = async (regularization: number) => {
      const method = new TransferComponentAnalysis({
        kernel: 'primal',
        normalization: 'paper',
        nComponents: 2,
        regularization,
      });
      const { problem } = await method.fit({ source: { x: xs }, target: { x: xt } });
      return largestGap(columnMeans(problem.sources[0]!.x), columnMeans(problem.target.x));
    };
    expect(await gapOf(1e-3)).toBeLessThan(1e-3);
    expect(await gapOf(1e6)).toBeGreaterThan(0.05);
  });

  it('raises 1-NN accuracy from below 0.9 to 1 where a feature names the domain', async () => {
    const { xs, xt } = nuisance();
    const method = new TransferComponentAnalysis({
      kernel: 'primal',
      normalization: 'paper',
      nComponents: 1,
      regularization: 0.1,
    });
    const { problem } = await method.fit({ source: { x: xs, y: labels }, target: { x: xt } });
    expect(await nearestAccuracy(xs, labels, xt, labels)).toBeLessThan(0.9);
    expect(
      await nearestAccuracy(problem.sources[0]!.x, labels, problem.target.x, labels),
    ).toBeGreaterThan(0.98);
  });

  it.each<TcaOptions>([{ kernel: 'linear' }, { kernel: 'primal' }, { kernel: 'rbf', gamma: 0.5 }])(
    'is the first round of JDA in the normalization of the code (%j)',
    async (options) => {
      const { xs, xt } = nuisance();
      const input = { source: { x: xs, y: labels }, target: { x: xt } };
      const tca = await new TransferComponentAnalysis({ ...options, nComponents: 2 }).fit(input);
      const jda = new JointDistributionAdaptation({
        ...options,
        nComponents: 2,
        maxIterations: 1,
      });
      const { fitted } = await jda.fit(input);
      expect(largestGap(tca.fitted.components.data, fitted.components.data)).toBeLessThan(1e-9);
    },
  );

  it('combines rows and features alike where the kernel is linear and nothing is penalised', async () => {
    const { xs, xt } = nuisance();
    const embed = async (kernel: 'linear' | 'primal') => {
      const method = new TransferComponentAnalysis({
        kernel,
        normalization: 'paper',
        nComponents: 2,
        regularization: 1e-9,
      });
      return valuesOf(
        (await method.fit({ source: { x: xs }, target: { x: xt } })).problem.target.x,
      );
    };
    const [dual, primal] = [await embed('linear'), await embed('primal')];
    expect(largestGap(dual.map(Math.abs), primal.map(Math.abs))).toBeLessThan(1e-4);
  });

  it('counts source rows by their weights', async () => {
    const { xs, xt } = nuisance();
    const options = { nComponents: 2, normalization: 'paper' } as const;
    const weights = xs.map((_, i) => (i % 2 ? 1.5 : 0.5));
    const weighted = await new TransferComponentAnalysis(options).fit({
      source: { x: xs, weights },
      target: { x: xt },
    });
    const plain = await new TransferComponentAnalysis(options).fit({
      source: { x: xs },
      target: { x: xt },
    });
    expect(largestGap(weighted.fitted.values, plain.fitted.values)).toBeGreaterThan(1e-4);
  });

  it('refuses more components than there can be', async () => {
    const { xs, xt } = nuisance();
    const fit = new TransferComponentAnalysis({ nComponents: 4 }).fit({
      source: { x: xs },
      target: { x: xt },
    });
    const error: unknown = await fit.catch((raised: unknown) => raised);
    expect(isTransferError(error, 'INVALID_OPTION')).toBe(true);
  });
});
