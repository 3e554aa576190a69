import { Rulsif, Ulsif } from '@graft-ml/instance-based';
import { largestGap, normals } from './support/measure.js';

// The reference case of RuLSIF is checked beside that of uLSIF, whose file it shares.
describe('the formula of RuLSIF', () => {
  it('is θ = (H + λI)⁻¹·h with both samples in H: by hand for one centre', async () => {
    // One target row at 0, source rows at 0 and 1, γ = ln 2, α = 1/5: H = 1/5 + 4/5·5/8 = 7/10, h = 1.
    const { fitted } = await new Rulsif({
      relative: 0.2,
      gamma: Math.log(2),
      regularization: 0.3,
    }).fit({
      source: { x: [[0], [1]] },
      target: { x: [[0]] },
    });
    expect((fitted.diagnostics.facts!['objective'] as number[])[0]).toBeCloseTo(0.7 / 2 - 1, 12);
    const [near = 0, far = 0] = await fitted.weigh([[0], [1]]);
    expect(near / far).toBeCloseTo(2, 12);
  });

  it('is uLSIF at α = 0', async () => {
    const input = { source: { x: normals(1, 60, 0, 1) }, target: { x: normals(2, 50, 1, 1) } };
    const options = { gamma: 0.7, regularization: 0.1 };
    const zero = await new Rulsif({ relative: 0, ...options }).fit(input);
    const plain = await new Ulsif(options).fit(input);
    expect(largestGap(zero.problem.sources[0]!.weights!, plain.problem.sources[0]!.weights!)).toBe(
      0,
    );
  });

  it('tends to equal weights as α nears 1', async () => {
    const input = { source: { x: normals(1, 60, 0, 1) }, target: { x: normals(2, 50, 1, 1) } };
    const spread = async (relative: number) => {
      const { fitted } = await new Rulsif({ relative, gamma: 0.2, regularization: 0.001 }).fit(
        input,
      );
      return fitted.effectiveSampleSizes[0]! / 60;
    };
    expect(await spread(0)).toBeLessThan(await spread(0.5));
    expect(await spread(0.5)).toBeLessThan(await spread(0.95));
  });
});
