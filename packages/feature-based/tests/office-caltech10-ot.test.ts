import { OptimalTransportAdaptation, type OtOptions } from '@graft-ml/feature-based';
import { describeOffice, expectCount } from './support/office.js';

describeOffice('optimal transport before 1-NN', (office) => {
  it.each<[string, OtOptions]>([
    ['emd', { plan: 'exact' }],
    ['sinkhorn', { plan: 'entropic', regularization: 0.01 }],
  ])(
    'gives the expected accuracies (%s)',
    async (name, options) => {
      const { linearAlgebra } = office;
      for (const pair of ['WD', 'DW']) {
        const method = new OptimalTransportAdaptation(options, { linearAlgebra });
        expectCount(`real.surf.ot.${name}`, pair, await office.nearestAfter(pair, method));
      }
    },
    300_000,
  );
});
