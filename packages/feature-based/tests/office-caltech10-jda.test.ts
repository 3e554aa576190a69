import {
  BalancedDistributionAdaptation,
  JointDistributionAdaptation,
} from '@graft-ml/feature-based';
import { describeOffice, expectCount, pairs } from './support/office.js';

describeOffice('JDA and BDA', (office) => {
  it('gives the expected accuracies on all pairs, mean 43.94', async () => {
    const counts: number[] = [];
    for (const pair of pairs) {
      const { linearAlgebra } = office;
      const method = new JointDistributionAdaptation({ nComponents: 100 }, { linearAlgebra });
      const { fitted } = await method.fit(office.problem(pair));
      const count = office.matches(pair, fitted.pseudoLabels!);
      expectCount('real.surf.jda.primal', pair, count, 9);
      counts.push(count);
    }
    const mean = office.percentages(counts).reduce((sum, value) => sum + value, 0) / pairs.length;
    expect(Math.abs(mean - 43.94)).toBeLessThan(0.1);
  }, 600_000);

  it('gives the published accuracy of the linear kernel on A→D after five rounds, 39.49', async () => {
    const { linearAlgebra } = office;
    const counts: number[] = [];
    for (const maxIterations of [1, 3, 5]) {
      const options = { kernel: 'linear', nComponents: 100, maxIterations } as const;
      const method = new JointDistributionAdaptation(options, { linearAlgebra });
      const { fitted } = await method.fit(office.problem('AD'));
      const count = office.matches('AD', fitted.pseudoLabels!);
      expectCount('real.surf.jda.linear', 'AD', count, maxIterations - 1);
      counts.push(count);
    }
    expect(((100 * counts[2]!) / 157).toFixed(2)).toBe('39.49');
  }, 300_000);

  it('gives the expected accuracies of BDA after ten rounds', async () => {
    const { linearAlgebra } = office;
    for (const pair of ['AD', 'WD', 'DW']) {
      const method = new BalancedDistributionAdaptation({}, { linearAlgebra });
      const { fitted } = await method.fit(office.problem(pair));
      expectCount('real.surf.bda', pair, office.matches(pair, fitted.pseudoLabels!), 9);
    }
  }, 300_000);
});
