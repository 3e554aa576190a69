import { toDense } from '@graft-ml/core';
import { KernelPrincipalComponents, PrincipalComponents } from '@graft-ml/learners';
import { describeGolden, expectGolden, rowsOf } from '../../../tools/testing/golden.js';
import { groups } from './support/samples.js';

describe('the formula of KernelPrincipalComponents', () => {
  it('is plain PCA with the linear kernel, up to signs', async () => {
    const { x } = groups(25, 4, 5);
    const problem = { source: { x }, target: { x: x.slice(0, 6) } };
    const options = { nComponents: 3, fitOn: 'source' } as const;
    const curved = await new KernelPrincipalComponents({ ...options, kernel: 'linear' }).fit(
      problem,
    );
    const plain = await new PrincipalComponents(options).fit(problem);
    const a = toDense(curved.problem.target.x).data;
    const b = toDense(plain.problem.target.x).data;
    a.forEach((v, p) => expect(Math.abs(v)).toBeCloseTo(Math.abs(b[p]!), 9));
    curved.fitted.eigenvalues.forEach((v, k) =>
      expect(v / 24).toBeCloseTo(plain.fitted.explainedVariance[k]!, 10),
    );
  });
});

describeGolden('learn.kpca', (golden) => {
  it('agrees in eigenvalues and scores of old and new rows', async () => {
    const x = rowsOf(golden.inputs['X']!);
    const z = rowsOf(golden.inputs['Z']!);
    const { gamma, components } = golden.options as Record<string, number>;
    const learner = new KernelPrincipalComponents({
      gamma: gamma!,
      nComponents: components!,
      fitOn: 'source',
    });
    const { problem, fitted } = await learner.fit({ source: { x }, target: { x: z } });
    expectGolden(golden, 'eigenvalues', fitted.eigenvalues);
    expectGolden(golden, 'trainScores', toDense(problem.sources[0]!.x).data);
    expectGolden(golden, 'testScores', toDense(problem.target.x).data);
  });
});
