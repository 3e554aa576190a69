import { toDense } from '@graft-ml/core';
import { RobustScaler } from '@graft-ml/learners';
import { groups } from './support/samples.js';

describe('RobustScaler', () => {
  const { x } = groups(40, 3, 1);
  const moved = x.map((row) => row.map((v) => 5 * v - 7));

  it('makes domains meet that differ in offset and gain', async () => {
    const { problem } = await new RobustScaler().fit({ source: { x }, target: { x: moved } });
    const source = toDense(problem.sources[0]!.x).data;
    toDense(problem.target.x).data.forEach((v, p) => expect(v).toBeCloseTo(source[p]!, 10));
  });

  it('makes a column with a single value 0 and says so', async () => {
    const flat = x.map(([a]) => [a!, 0.1]);
    const { problem, fitted } = await new RobustScaler().fit({
      source: { x: flat },
      target: { x: flat },
    });
    expect(toDense(problem.target.x).data[1]).toBe(0);
    expect(fitted.diagnostics.warnings[0]?.code).toBe('CONSTANT_COLUMN');
  });
});
