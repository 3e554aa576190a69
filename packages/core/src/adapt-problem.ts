import type { DomainRef, FeatureSpace, SourceDomain, TransferProblem } from './domain.js';
import type { Matrix } from './matrix.js';
import type { RunOptions } from './run.js';
import type { FittedStep } from './strategy.js';

/** The problem as a fitted step leaves it: every matrix in it transformed with its own domain's map.
 *
 * `features` are the names afterwards; left out, each domain keeps its own.
 */
export async function transformProblem(
  problem: TransferProblem,
  fitted: FittedStep,
  features?: FeatureSpace,
  run?: RunOptions,
): Promise<TransferProblem> {
  const apply = (x: Matrix, domain: DomainRef) => fitted.transform(x, domain, run);
  const sources: SourceDomain[] = [];
  for (const [k, source] of problem.sources.entries()) {
    sources.push({
      ...source,
      x: await apply(source.x, { source: k }),
      features: features ?? source.features,
    });
  }
  const { target, pairs } = problem;
  const labelled = target.labelled && {
    x: await apply(target.labelled.x, 'target'),
    y: target.labelled.y,
  };
  return {
    ...problem,
    sources,
    target: {
      ...target,
      x: await apply(target.x, 'target'),
      features: features ?? target.features,
      ...(labelled ? { labelled } : {}),
    },
    ...(pairs
      ? {
          pairs: {
            source: await apply(pairs.source, 'source'),
            target: await apply(pairs.target, 'target'),
          },
        }
      : {}),
  };
}

/** The problem with new source weights, one array per source; weights already there are multiplied in and the mean set back to 1. */
export function weightProblem(
  problem: TransferProblem,
  weights: readonly Float64Array[],
): TransferProblem {
  const sources = problem.sources.map((source, k) => {
    const combined = Float64Array.from(weights[k]!);
    if (!source.weights) return { ...source, weights: combined };
    let sum = 0;
    for (let i = 0; i < combined.length; i++) sum += combined[i]! *= source.weights[i]!;
    if (sum > 0) for (let i = 0; i < combined.length; i++) combined[i]! *= combined.length / sum;
    return { ...source, weights: combined };
  });
  return { ...problem, sources };
}
