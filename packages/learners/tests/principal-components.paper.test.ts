import { toDense } from '@graft-ml/core';
import { PrincipalComponents } from '@graft-ml/learners';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { groups } from './support/samples.js';

describe('the formula of PrincipalComponents', () => {
  it('makes uncorrelated scores whose variances are the eigenvalues', async () => {
    const { x } = groups(25, 4, 5);
    const { fitted, problem } = await new PrincipalComponents({ fitOn: 'source' }).fit({
      source: { x },
      target: { x },
    });
    const { data } = toDense(problem.sources[0]!.x);
    for (let a = 0; a < 4; a++) {
      for (let b = 0; b < 4; b++) {
        const product = x.reduce((s, _, i) => s + data[4 * i + a]! * data[4 * i + b]!, 0) / 24;
        expect(product).toBeCloseTo(a === b ? fitted.explainedVariance[a]! : 0, 11);
      }
    }
    const total = [0, 1, 2, 3].reduce((sum, j) => {
      const mean = x.reduce((s, row) => s + row[j]!, 0) / 25;
      return sum + x.reduce((s, row) => s + (row[j]! - mean) ** 2, 0) / 24;
    }, 0);
    expect(fitted.explainedVariance[0]! / total).toBeCloseTo(fitted.explainedShare[0]!, 12);
  });
});

describeGolden('learn.pca', (golden) => {
  const x = rowsOf(golden.inputs['X']!);
  const z = rowsOf(golden.inputs['Z']!);
  const options = { nComponents: 3, fitOn: 'source' } as const;

  it('agrees in mean, components, variances, scores and reconstruction', async () => {
    const { fitted, problem } = await new PrincipalComponents(options).fit({
      source: { x },
      target: { x: z },
    });
    expectGolden(golden, 'mean', fitted.mean);
    expectGolden(golden, 'components', fitted.components.data);
    expectGolden(golden, 'explainedVariance', fitted.explainedVariance);
    expectGolden(golden, 'ratio', fitted.explainedShare);
    expectGolden(golden, 'scores', toDense(problem.target.x).data);
    expectGolden(golden, 'reconstruction', fitted.reconstruct(problem.target.x).data);
  });

  it('agrees when whitened', async () => {
    const { fitted } = await new PrincipalComponents({ ...options, whiten: true }).fit({
      source: { x },
      target: { x: z },
    });
    const scores = await fitted.transform(z, 'target');
    expectGolden(golden, 'whitened', toDense(scores).data);
    expectGolden(golden, 'reconstruction', fitted.reconstruct(scores).data);
  });
});
