import { correctPosteriors } from '@graft-ml/instance-based';
import { largestGap } from './support/measure.js';

describe('the formula of posterior correction', () => {
  it('is p(c)·target(c)/source(c), rows scaled to sum 1', () => {
    const { data } = correctPosteriors([[0.6, 0.3, 0.1]], [0.5, 0.3, 0.2], [0.1, 0.3, 0.6]);
    const raw = [(0.6 * 0.1) / 0.5, 0.3, (0.1 * 0.6) / 0.2];
    const sum = raw.reduce((a, b) => a + b);
    expect(
      largestGap(
        data,
        raw.map((value) => value / sum),
      ),
    ).toBeLessThan(1e-15);
  });

  it('is the posterior of Gaussians under the new shares, exactly', () => {
    const likelihood = (x: number, centre: number) => Math.exp(-((x - centre) ** 2) / 2);
    const posterior = (x: number, share: number) => {
      const [a, b] = [share * likelihood(x, -1), (1 - share) * likelihood(x, 1)];
      return [a / (a + b), b / (a + b)];
    };
    const points = [-2, -0.3, 0.1, 1.7];
    const corrected = correctPosteriors(
      points.map((x) => posterior(x, 0.5)),
      [0.5, 0.5],
      [0.9, 0.1],
    );
    expect(
      largestGap(
        corrected.data,
        points.flatMap((x) => posterior(x, 0.9)),
      ),
    ).toBeLessThan(1e-14);
  });

  it('changes nothing where the shares are the same, gives none to classes without a share', () => {
    const given = [
      [0.2, 0.8],
      [0.7, 0.3],
    ];
    expect(
      largestGap(correctPosteriors(given, [0.4, 0.6], [0.4, 0.6]).data, given.flat()),
    ).toBeLessThan(1e-15);
    expect(correctPosteriors(given, [0.4, 0.6], [1, 0]).data).toEqual(Float64Array.of(1, 0, 1, 0));
    expect(correctPosteriors([[1, 0]], [1, 0], [0.3, 0.7]).data).toEqual(Float64Array.of(1, 0));
    expect(correctPosteriors([[1, 0]], [0.5, 0.5], [0, 1]).data).toEqual(Float64Array.of(0, 1));
  });
});
