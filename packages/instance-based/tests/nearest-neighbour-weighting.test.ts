import { NearestNeighbourWeighting } from '@graft-ml/instance-based';
import { lineError, normals, shimodaira } from './support/measure.js';

describe('NearestNeighbourWeighting', () => {
  it('leaves 0.55 of the squared error of a straight line on Shimodaira’s curve (mean of 20 seeds)', async () => {
    let raw = 0;
    let weighted = 0;
    for (let seed = 0; seed < 20; seed++) {
      const data = shimodaira(seed, 100);
      const { problem } = await new NearestNeighbourWeighting().fit({
        source: { x: data.xs },
        target: { x: data.xt },
      });
      raw += lineError(data);
      weighted += lineError(data, problem.sources[0]!.weights);
    }
    expect(weighted / raw).toBeLessThan(0.6);
  });

  it('weighs the same for many neighbours as by sorting all distances', async () => {
    const [xs, xt] = [normals(1, 50, 0, 1), normals(2, 30, 1, 1)];
    const { problem } = await new NearestNeighbourWeighting({
      neighbours: 40,
      smoothing: false,
    }).fit({
      source: { x: xs },
      target: { x: xt },
    });
    const counts = new Array<number>(50).fill(0);
    for (const [t = 0] of xt) {
      const order = xs
        .map(([s = 0], i) => [Math.abs(s - t), i] as const)
        .sort((a, b) => a[0] - b[0]);
      for (const [, i] of order.slice(0, 40)) counts[i]!++;
    }
    const weights = problem.sources[0]!.weights!;
    expect(Array.from(weights, (weight) => Math.round(weight * 24))).toEqual(counts);
  });

  it('warns where few rows stand for the whole target', async () => {
    const options = { smoothing: false };
    const { fitted } = await new NearestNeighbourWeighting(options).fit({
      source: { x: normals(3, 100, 0, 1) },
      target: { x: normals(4, 100, 30, 1) },
    });
    expect(fitted.diagnostics.warnings[0]).toMatchObject({ code: 'ESS_LOW' });
  });
});
