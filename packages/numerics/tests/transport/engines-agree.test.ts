import { optimalTransport } from '../../src/transport/optimal-transport.js';
import { sinkhorn } from '../../src/transport/sinkhorn.js';
import { forEachVariant } from '../wasm/engines.js';
import { oddProblem, pointClouds } from './problems.js';

forEachVariant((_variant, get) => {
  it('takes the same steps as TypeScript, to the same bits', () => {
    for (let trial = 0; trial < 200; trial++) {
      const problem = oddProblem(trial, 1000 + trial);
      expect(optimalTransport(problem.cost, { ...problem, engine: get() })).toEqual(
        optimalTransport(problem.cost, problem),
      );
    }
    const { cost } = pointClouds(120, 150, 3);
    expect(optimalTransport(cost, { engine: get() })).toEqual(optimalTransport(cost));
  });

  it('finds the same entropic plan as TypeScript', () => {
    const { cost } = pointClouds(60, 45, 3);
    for (const regularization of [0.5, 0.01, 0.002]) {
      const expected = sinkhorn(cost, { regularization, tolerance: 1e-12 });
      const received = sinkhorn(cost, { regularization, tolerance: 1e-12, engine: get() });
      let worst = 0;
      received.plan.data.forEach((value, p) => {
        worst = Math.max(worst, Math.abs(value - expected.plan.data[p]));
      });
      expect(worst).toBeLessThan(1e-12);
      expect(received.diagnostics.iterations).toBe(expected.diagnostics.iterations);
    }
  });

  it('leaves the memory of the engine as it was', () => {
    const engine = get();
    const before = engine.memory.inUse;
    const { cost } = pointClouds(20, 30, 3);
    optimalTransport(cost, { engine });
    sinkhorn(cost, { regularization: 0.1, engine });
    expect(engine.memory.inUse).toBe(before);
  });
});
