import { MarginalizedDenoising } from '@graft-ml/feature-based';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { largestGap, valuesOf } from './support/measure.js';

describe('the formula of mSDA', () => {
  const xs = [
    [1, 2],
    [0, 1],
    [3, -1],
  ];
  const xt = [[2, 2]];
  const rows = [...xs, ...xt];

  it('minimises the expected squared error over all corruptions, enumerated', async () => {
    const p = 0.3;
    const method = new MarginalizedDenoising({ corruption: p, nLayers: 1, regularization: 0 });
    const { fitted } = await method.fit({ source: { x: xs }, target: { x: xt } });
    const lossOf = (w: ArrayLike<number>) => {
      let loss = 0;
      for (const [a = 0, b = 0] of rows) {
        for (const [keepA, keepB] of [
          [0, 0],
          [0, 1],
          [1, 0],
          [1, 1],
        ] as const) {
          const chance = (keepA ? 1 - p : p) * (keepB ? 1 - p : p);
          const output = (j: number) => keepA * a * w[j]! + keepB * b * w[2 + j]! + w[4 + j]!;
          loss += chance * ((a - output(0)) ** 2 + (b - output(1)) ** 2);
        }
      }
      return loss;
    };
    const w = fitted.weights[0]!.data;
    for (let k = 0; k < 6; k++) {
      const moved = (by: number) => Float64Array.from(w, (value, i) => value + (i === k ? by : 0));
      expect(Math.abs(lossOf(moved(1e-4)) - lossOf(moved(-1e-4)))).toBeLessThan(1e-10);
    }
  });

  it('is the identity before tanh where nothing is blanked', async () => {
    const method = new MarginalizedDenoising({ corruption: 0, nLayers: 1, regularization: 0 });
    const { fitted } = await method.fit({ source: { x: xs }, target: { x: xt } });
    expect(largestGap(fitted.weights[0]!.data, [1, 0, 0, 1, 0, 0])).toBeLessThan(1e-12);
  });
});

describeGolden('feat.msda', (golden) => {
  it('gives the weights of three layers and the last hidden layer, of new rows too', async () => {
    const { X, Xnew } = golden.inputs;
    const samples = (array: typeof X) => {
      const columns = rowsOf(array!);
      return columns[0]!.map((_, i) => columns.map((feature) => feature[i]!));
    };
    const all = samples(X);
    const method = new MarginalizedDenoising({
      corruption: golden.options['p'] as number,
      nLayers: golden.options['layers'] as number,
      regularization: golden.options['ridge'] as number,
    });
    const { fitted } = await method.fit({
      source: { x: all.slice(0, 12) },
      target: { x: all.slice(12) },
    });
    fitted.weights.forEach(({ data }, layer) => {
      const turned = Array.from({ length: 30 }, (_, p) => data[(p % 6) * 5 + Math.floor(p / 6)]!);
      expectGolden(golden, `W${layer + 1}`, turned);
    });
    const lastHidden = async (rows: number[][]) => {
      const values = valuesOf(await fitted.transform(rows, 'target'));
      return Array.from(
        { length: 5 * rows.length },
        (_, p) => values[(p % rows.length) * 20 + 15 + Math.floor(p / rows.length)]!,
      );
    };
    expectGolden(golden, 'lastHidden', await lastHidden(all));
    expectGolden(golden, 'lastHiddenNew', await lastHidden(samples(Xnew)));
  });
});
