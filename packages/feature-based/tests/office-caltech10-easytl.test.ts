import { Coral, EasyTransferLearning } from '@graft-ml/feature-based';
import { describeOffice, expectCount } from './support/office.js';

describeOffice('EasyTL', (office) => {
  it.each(['WD', 'DW'])(
    'gives the expected accuracies, raw and after CORAL (%s)',
    async (pair) => {
      const { linearAlgebra } = office;
      const method = new EasyTransferLearning({}, { linearAlgebra });
      const raw = office.problem(pair);
      const { problem } = await new Coral({}, { linearAlgebra }).fit(raw);
      for (const [name, given] of [
        ['raw', raw],
        ['coral', problem],
      ] as const) {
        const model = await method.fit(given);
        const count = office.matches(pair, await model.predict(given.target.x));
        expectCount(`real.surf.easytl.${name}`, pair, count);
      }
    },
    300_000,
  );
});
