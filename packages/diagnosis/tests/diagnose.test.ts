import { diagnose } from '@graft-ml/diagnosis';
import { randomSource } from '@graft-ml/numerics';
import { normalRows } from './support/rows.js';

/** Two blobs a domain; `share` of class 1 and a common `shift` of the first feature. */
function blobs(seed: number, n: number, { share = 0.5, shift = 0, flip = false } = {}) {
  const random = randomSource(seed);
  const y = Array.from({ length: n }, () => (random.uniform() < share ? 1 : 0));
  const x = normalRows(random, n, 3).map((row, i) => {
    const side = y[i] === 1 ? 2 : -2;
    return [row[0]! + shift, row[1]! + side, row[2]!];
  });
  return { x, y: flip ? y.map((c) => 1 - c) : y };
}

describe('diagnose', () => {
  it('says nothing where nothing differs, and does not say "the same"', async () => {
    const target = { x: blobs(2, 200).x };
    const report = await diagnose({ source: blobs(1, 200), target });
    expect(report.sources[0]!.marginal!.answer).toBe('inconclusive');
    expect(report.sources[0]!.conditional.answer).toBe('inconclusive');
    expect(report.summary.join(' ')).toMatch(/does not show there is none/);
    expect(report.summary.join(' ')).not.toMatch(/identical|are the same/);
  });

  it('names a covariate shift and the feature that moved', async () => {
    const target = { x: blobs(2, 150, { shift: 1.5 }).x };
    const report = await diagnose({ source: blobs(1, 150), target });
    const { marginal } = report.sources[0]!;
    expect(marginal!.answer).toBe('differs');
    expect(marginal!.features.filter(({ holm }) => holm < 0.05).map((t) => t.feature)).toEqual([
      'f0',
    ]);
    expect(report.summary[1]).toMatch(/a large shift/);
    expect(report.summary[2]).toBe('1 of 3 features moved on their own, most of all "f0".');
  });

  it('estimates a prior shift', async () => {
    const target = { x: blobs(2, 300, { share: 0.9 }).x };
    const report = await diagnose({ source: blobs(1, 300), target });
    const { prior } = report.sources[0]!;
    if (prior.from !== 'predictions') throw new Error(prior.from);
    expect(prior.test.pValue).toBeLessThan(1e-6);
    expect(prior.estimate.low[1]).toBeLessThan(0.9);
    expect(prior.estimate.high[1]).toBeGreaterThan(0.87);
    expect(report.summary.join(' ')).toMatch(/class [01] goes from/);
  });

  it('sees a conditional shift by target labels only', async () => {
    const turned = blobs(3, 40, { flip: true });
    const target = { x: blobs(2, 150).x };
    const source = blobs(1, 150);
    const blind = await diagnose({ source, target });
    expect(blind.sources[0]!.conditional.answer).toBe('inconclusive');
    const seen = await diagnose({ source, target: { ...target, labelled: turned } });
    expect(seen.sources[0]!.conditional.answer).toBe('differs');
    expect(seen.scenario.supervision).toBe('inductive');
    expect(seen.summary.join(' ')).toMatch(/cannot repair this/);
  });

  it('goes through every source, other features and numbers', async () => {
    const report = await diagnose({
      sources: [
        { ...blobs(1, 60), name: 'near' },
        { x: [[1], [2], [3]], y: [0, 1, 0], name: 'other' },
      ],
      target: { x: blobs(2, 60).x },
    });
    expect(report.sources.map(({ name }) => name)).toEqual(['near', 'other']);
    expect(report.sources[1]!.marginal).toBeUndefined();
    expect(report.sources[1]!.conditional.reason).toMatch(/cannot be compared/);
    const numbers = await diagnose({
      source: { x: blobs(1, 60).x, y: blobs(1, 60).x.map(([a]) => a! + 0.5) },
      target: { x: blobs(2, 60).x },
    });
    expect(numbers.sources[0]!.prior.from).toBe('nothing');
  });

  it('repeats itself, reports progress and stops when asked to', async () => {
    const problem = { source: blobs(1, 60), target: { x: blobs(2, 60).x } };
    const options = { nPermutations: 50, maxRows: 40 };
    expect(await diagnose(problem, options)).toEqual(await diagnose(problem, options));
    const stop = new AbortController();
    const run = { signal: stop.signal, onProgress: () => stop.abort() };
    await expect(diagnose(problem, options, run)).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(diagnose(problem, { significance: 2 })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    });
  });
});
