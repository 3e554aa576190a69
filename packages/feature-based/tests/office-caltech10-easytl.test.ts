import { Coral, EasyTransferLearning } from '@graft-ml/feature-based';
import { describeOffice, expectCounts, pairs } from './support/office.js';

describeOffice('EasyTL', (office) => {
  it('gives the expected accuracies on all pairs, raw', async () => {
    const { linearAlgebra } = office;
    const counts: number[] = [];
    for (const pair of pairs) {
      const problem = office.problem(pair);
      const model = await new EasyTransferLearning({}, { linearAlgebra }).fit(problem);
      counts.push(office.matches(pair, await model.predict(problem.target.x)));
    }
    expectCounts('real.surf.easytl.raw', counts);
  }, 300_000);

  it('gives the expected accuracies after CORAL, mean above 50', async () => {
    const { linearAlgebra } = office;
    const counts: number[] = [];
    for (const pair of pairs) {
      const { problem } = await new Coral({}, { linearAlgebra }).fit(office.problem(pair));
      const model = await new EasyTransferLearning({}, { linearAlgebra }).fit(problem);
      counts.push(office.matches(pair, await model.predict(problem.target.x)));
    }
    expectCounts('real.surf.easytl.coral', counts);
    const mean = office.percentages(counts).reduce((sum, value) => sum + value, 0) / pairs.length;
    expect(mean).toBeGreaterThan(50);
  }, 300_000);
});
