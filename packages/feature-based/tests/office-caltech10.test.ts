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

  it('gives the expected accuracies of CORAL on all pairs', async () => {
    const { linearAlgebra } = office;
    const counts: number[] = [];
    for (const pair of pairs) {
      counts.push(await office.nearestAfter(pair, new Coral({}, { linearAlgebra })));
    }
    expectCounts('real.surf.coral.nn', counts);
    expect(office.percentages(counts)).toEqual([
      23.59, 23.73, 26.75, 25.38, 26.78, 26.75, 22.71, 26.2, 84.08, 30.01, 28.81, 84.41,
    ]);
  }, 300_000);

  it('gives the expected accuracies of subspace alignment on all pairs', async () => {
    const { linearAlgebra } = office;
    const counts: number[] = [];
    for (const pair of pairs) {
      counts.push(await office.nearestAfter(pair, new SubspaceAlignment({}, { linearAlgebra })));
    }
    expectCounts('real.surf.sa', counts);
  }, 300_000);

  it('gives the expected accuracies of GFK on all pairs', async () => {
    const { linearAlgebra } = office;
    const counts: number[] = [];
    for (const pair of pairs) {
      counts.push(await office.nearestAfter(pair, new GeodesicFlowKernel({}, { linearAlgebra })));
    }
    expectCounts('real.surf.gfk', counts);
  }, 300_000);

  it.each(['primal', 'linear'] as const)(
    'gives the expected accuracies of TCA (%s)',
    async (kernel) => {
      const { linearAlgebra } = office;
      const options = { kernel, nComponents: 100 };
      for (const pair of ['AD', 'WD', 'DA', 'DW']) {
        const method = new TransferComponentAnalysis(options, { linearAlgebra });
        expectCount(`real.surf.tca.${kernel}`, pair, await office.nearestAfter(pair, method));
      }
    },
    300_000,
  );
});
