import { NearestNeighbourWeighting } from '@graft-ml/instance-based';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { largestGap } from './support/measure.js';

describe('the counts of nearest-neighbour weighting', () => {
  const source = { x: [[0], [1], [4]] };

  it('are 1 plus the target rows in each cell: by hand', async () => {
    const { problem } = await new NearestNeighbourWeighting().fit({
      source,
      target: { x: [[0.9], [1.2], [5]] },
    });
    // Counts 1, 3, 2: mean 2.
    expect(largestGap(problem.sources[0]!.weights!, [1 / 2, 3 / 2, 1])).toBeLessThan(1e-15);
  });

  it('are shared by rows equally far', async () => {
    const { problem } = await new NearestNeighbourWeighting({ smoothing: false }).fit({
      source,
      target: { x: [[0.5]] },
    });
    expect(largestGap(problem.sources[0]!.weights!, [1.5, 1.5, 0])).toBeLessThan(1e-15);
  });
});

describeGolden('inst.density', (golden) => {
  it.each([
    ['nearest1', 1, false],
    ['nearest1Laplace', 1, true],
    ['nearest5', 5, false],
  ] as const)('gives the same counts: %s', async (output, neighbours, smoothing) => {
    const { problem } = await new NearestNeighbourWeighting({ neighbours, smoothing }).fit({
      source: { x: rowsOf(golden.inputs['Xs']!) },
      target: { x: rowsOf(golden.inputs['Xt']!) },
    });
    const total = golden.outputs[output]!.data.reduce((sum, count) => sum + count, 0);
    const counts = problem.sources[0]!.weights!.map(
      (weight) => Math.round((weight * total * 1e6) / 40) / 1e6,
    );
    expectGolden(golden, output, counts);
  });
});
