import {
  Coral,
  GeodesicFlowKernel,
  SubspaceAlignment,
  TransferComponentAnalysis,
} from '@graft-ml/feature-based';
import { describeOffice, expectCount, expectCounts, pairs } from './support/office.js';

describeOffice('unsupervised methods before 1-NN', (office) => {
  it('gives the published accuracies of 1-NN alone on all pairs', async () => {
    const counts: number[] = [];
    for (const pair of pairs) {
      const { source, target } = office.problem(pair);
      counts.push(await office.nearest(pair, source.x, target.x));
    }
    expectCounts('real.surf.nn', counts);
    expect(office.percentages(counts)).toEqual([
      23.7, 25.76, 25.48, 26, 29.83, 25.48, 19.86, 22.96, 59.24, 26.27, 28.5, 63.39,
    ]);
  }, 300_000);

  it.each(['WD', 'DW'])(
    'gives the expected accuracies of CORAL, subspace alignment and GFK (%s)',
    async (pair) => {
      const { linearAlgebra } = office;
      for (const [name, method] of [
        ['coral.nn', new Coral({}, { linearAlgebra })],
        ['sa', new SubspaceAlignment({}, { linearAlgebra })],
        ['gfk', new GeodesicFlowKernel({}, { linearAlgebra })],
      ] as const) {
        expectCount(`real.surf.${name}`, pair, await office.nearestAfter(pair, method));
      }
    },
    300_000,
  );

  it.each(['primal', 'linear'] as const)(
    'gives the expected accuracies of TCA (%s)',
    async (kernel) => {
      const { linearAlgebra } = office;
      const options = { kernel, nComponents: 100 };
      for (const pair of ['WD', 'DW']) {
        const method = new TransferComponentAnalysis(options, { linearAlgebra });
        expectCount(`real.surf.tca.${kernel}`, pair, await office.nearestAfter(pair, method));
      }
    },
    300_000,
  );
});
