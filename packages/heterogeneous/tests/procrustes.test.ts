import { isTransferError } from '@graft-ml/core';
import { Procrustes } from '@graft-ml/heterogeneous';
import { randomSource } from '@graft-ml/numerics';
import { distance, gap, normalRows, orthogonal, product, toRows } from './support/rows.js';

const random = randomSource(17);

describe('Procrustes', () => {
  it('undoes a permutation of columns exactly, from as many pairs as there are columns and one more', async () => {
    const order = random.permutation(8);
    const view = (rows: number[][]) => rows.map((row) => Array.from(order, (j) => row[j]!));
    const x = normalRows(random, 40, 8);
    const seen = normalRows(random, 9, 8);
    const { fitted } = await new Procrustes().fit({
      source: { x },
      target: { x: view(x) },
      pairs: { source: seen, target: view(seen) },
    });
    expect(gap(toRows(await fitted.transform(x, 'source')), view(x))).toBeLessThan(1e-12);
    expect(fitted.diagnostics.warnings).toEqual([]);
    expect(fitted.diagnostics.facts).toMatchObject({ nPairs: 9, rank: 8 });
  });

  it('leaves one feature space for what follows: source, pairs and names are those of the target', async () => {
    const x = normalRows(random, 20, 3);
    const mixing = orthogonal(random, 5).slice(0, 3);
    const y = product(x, mixing);
    const featureNames = ['a', 'b', 'c', 'd', 'e'];
    const { problem } = await new Procrustes().fit({
      source: { x, y: x.map((_, i) => i % 2) },
      target: { x: y, featureNames, labelled: { x: y.slice(0, 4), y: [0, 1, 0, 1] } },
      pairs: { source: x, target: y },
    });
    expect(problem.sources[0]!.features.names).toEqual(featureNames);
    expect(problem.sources[0]!.x.columns).toBe(5);
    expect(problem.pairs!.source.columns).toBe(5);
    expect(gap(toRows(problem.sources[0]!.x), y)).toBeLessThan(1e-12);
    expect(toRows(problem.target.x)).toEqual(y);
    expect(toRows(problem.target.labelled!.x)).toEqual(y.slice(0, 4));
  });

  it('never mirrors with rotationOnly, at the price of a larger residual', async () => {
    const x = normalRows(random, 15, 3);
    const mirrored = x.map(([a, b, c]) => [a!, b!, -c!]);
    const pairs = { source: x, target: mirrored };
    const problem = { source: { x }, target: { x: mirrored }, pairs };
    const free = (await new Procrustes().fit(problem)).fitted;
    const rotation = (await new Procrustes({ rotationOnly: true }).fit(problem)).fitted;
    expect(free.diagnostics.facts!.residual).toBeLessThan(1e-12);
    expect(rotation.diagnostics.facts!.residual).toBeGreaterThan(0.5);
    const [[a, b, c], [d, e, f], [g, h, i]] = toRows(rotation.map) as [
      [number, number, number],
      [number, number, number],
      [number, number, number],
    ];
    expect(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)).toBeCloseTo(1, 12);
  });

  it('keeps distances unless it may scale', async () => {
    const x = normalRows(random, 10, 4);
    const y = normalRows(random, 10, 4).map((row) => row.map((v) => 7 * v));
    const { fitted } = await new Procrustes().fit({
      source: { x },
      target: { x: y },
      pairs: { source: x, target: y },
    });
    const mapped = toRows(await fitted.transform(x, 'source'));
    expect(distance([mapped[0]!], [mapped[1]!])).toBeCloseTo(distance([x[0]!], [x[1]!]), 12);
  });

  it('warns where the pairs leave part of the map open', async () => {
    const x = normalRows(random, 12, 6);
    const { fitted } = await new Procrustes().fit({
      source: { x },
      target: { x },
      pairs: { source: x.slice(0, 4), target: x.slice(0, 4) },
    });
    expect(fitted.diagnostics.warnings.map(({ code }) => code)).toEqual(['UNDERDETERMINED']);
    expect(fitted.diagnostics.warnings[0]!.message).toContain('3 of 6 directions');
  });

  it.each([
    ['a single pair', [[1, 2]], [[3, 4]], {}],
    ['zero rows of pairs about the origin', [[0, 0]], [[3, 4]], { translation: false }],
    ['pairs whose features are uncorrelated', [[1], [-1], [1], [-1]], [[1], [1], [-1], [-1]], {}],
    [
      'mirrored pairs of one feature',
      [[1], [-1]],
      [[-2], [2]],
      { rotationOnly: true, scaling: true },
    ],
  ])('refuses %s', async (_, source, target, options) => {
    const raised: unknown = await new Procrustes(options)
      .fit({ source: { x: source }, target: { x: target }, pairs: { source, target } })
      .catch((error: unknown) => error);
    expect(isTransferError(raised, 'INVALID_DATA')).toBe(true);
  });

  it('refuses a problem without pairs and says how to give them', async () => {
    const x = [[1, 2]];
    await expect(new Procrustes().fit({ source: { x }, target: { x } })).rejects.toThrow(
      /pairs: \{ source, target \}/,
    );
  });
});
