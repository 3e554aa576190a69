import {
  BalancedDistributionAdaptation,
  JointDistributionAdaptation,
} from '@graft-ml/feature-based';
import { describeOffice, expectCount } from './support/office.js';

describeOffice('JDA and BDA', (office) => {
  it.each(['WD', 'DW'])(
    'gives the expected accuracy after ten rounds (%s)',
    async (pair) => {
      const { linearAlgebra } = office;
      const method = new JointDistributionAdaptation({ nComponents: 100 }, { linearAlgebra });
      const { fitted } = await method.fit(office.problem(pair));
      expectCount('real.surf.jda.primal', pair, office.matches(pair, fitted.pseudoLabels!), 9);
    },
    300_000,
  );

  it('gives the published accuracy of the linear kernel on A→D after five rounds, 39.49', async () => {
    const { linearAlgebra } = office;
    const options = { kernel: 'linear', nComponents: 100, maxIterations: 5 } as const;
    const method = new JointDistributionAdaptation(options, { linearAlgebra });
    const { fitted } = await method.fit(office.problem('AD'));
    const count = office.matches('AD', fitted.pseudoLabels!);
    expectCount('real.surf.jda.linear', 'AD', count, 4);
    expect(((100 * count) / 157).toFixed(2)).toBe('39.49');
  }, 300_000);

  it('gives the expected accuracies of BDA after ten rounds', async () => {
    const { linearAlgebra } = office;
    for (const pair of ['WD', 'DW']) {
      const method = new BalancedDistributionAdaptation({}, { linearAlgebra });
      const { fitted } = await method.fit(office.problem(pair));
      expectCount('real.surf.bda', pair, office.matches(pair, fitted.pseudoLabels!), 9);
    }
  }, 300_000);
});
