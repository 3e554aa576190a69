import type {
  MarginalRule,
  ScalingProblem,
  ScalingSolution,
  TransportBasis,
  TransportProblem,
} from '../transport/engine.js';
import type { NativeExports } from './native.js';
import { inScope } from './scope.js';

/** The order of `rule_type` in scaling.c. */
const rules = ['exact', 'penalty', 'at-most'] as const;

export function solveTransport(native: NativeExports, problem: TransportProblem): TransportBasis {
  const { cost, supply, demand } = problem;
  const [n, m] = [supply.length, demand.length];
  return inScope(native, 'optimalTransport', (scope) => {
    const steps = scope.place(Float64Array.of(problem.maxIterations));
    const parents = scope.placeIntegers(new Int32Array(n + m));
    const flows = scope.doubles(n + m);
    const sourcePotentials = scope.doubles(n);
    const targetPotentials = scope.doubles(m);
    const status = scope.check(
      native.solveTransport(
        n,
        m,
        scope.place(cost.data),
        scope.place(supply),
        scope.place(demand),
        steps,
        parents,
        flows,
        sourcePotentials,
        targetPotentials,
      ),
    );
    return {
      ...arcsOf(n, scope.takeIntegers(parents, n + m)),
      // The root, the last node, has no arc.
      flows: scope.take(flows, n + m - 1),
      sourcePotentials: scope.take(sourcePotentials, n),
      targetPotentials: scope.take(targetPotentials, m),
      iterations: scope.view(steps, 1)[0],
      optimal: status === 0,
    };
  });
}

/** The arc from each node to its parent, sources and targets numbered from 0 each. */
function arcsOf(
  n: number,
  parents: Int32Array,
): { readonly sources: Int32Array; readonly targets: Int32Array } {
  const count = parents.length - 1;
  return {
    sources: Int32Array.from({ length: count }, (_, node) => (node < n ? node : parents[node])),
    targets: Int32Array.from({ length: count }, (_, node) => (node < n ? parents[node] : node) - n),
  };
}

export function solveScaling(native: NativeExports, problem: ScalingProblem): ScalingSolution {
  const { cost, supply, demand, rule } = problem;
  const [n, m] = [supply.length, demand.length];
  return inScope(native, 'sinkhorn', (scope) => {
    const outcome = scope.place(Float64Array.of(problem.maxIterations, problem.tolerance, 0));
    const plan = scope.doubles(n * m);
    const f = scope.doubles(n);
    const g = scope.doubles(m);
    scope.check(
      native.solveScaling(
        n,
        m,
        scope.place(cost.data),
        scope.place(supply),
        scope.place(demand),
        rules.indexOf(rule.type),
        strengthOf(rule),
        problem.regularization,
        outcome,
        plan,
        f,
        g,
      ),
    );
    const [iterations, residual, total] = scope.take(outcome, 3);
    return {
      plan: scope.takeMatrix(plan, n, m),
      cost: total,
      sourcePotentials: scope.take(f, n),
      targetPotentials: scope.take(g, m),
      iterations,
      residual,
    };
  });
}

function strengthOf(rule: MarginalRule): number {
  if (rule.type === 'exact') return 0;
  return rule.type === 'penalty' ? rule.strength : rule.mass;
}
