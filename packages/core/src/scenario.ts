import { sameFeatureSpace, type TransferProblem } from './domain.js';
import { toProblem, type ProblemInput } from './problem.js';
import { sameLabelSpace } from './task.js';

/** What the structure of a problem says about it, before any statistics. */
export interface Scenario {
  /** X_S ≠ X_T for at least one source. */
  readonly featureSpacesDiffer: boolean;
  /** Y_S ≠ Y_T for at least one source. */
  readonly labelSpacesDiffer: boolean;
  /** P(X_S) ≠ P(X_T) and P(Y_S|X_S) ≠ P(Y_T|X_T) cannot be read off the structure; they need statistical tests. */
  readonly marginalsDiffer: 'not tested';
  readonly conditionalsDiffer: 'not tested';
  /** Homogeneous where all domains share one feature space. */
  readonly kind: 'homogeneous' | 'heterogeneous';
  /** After Pan and Yang (2010): inductive with target labels, transductive with source labels alone, unsupervised with none. */
  readonly supervision: 'inductive' | 'transductive' | 'unsupervised';
  readonly nSources: number;
}

/** Says which transfer scenarios hold by structure. Paper: pan2010survey, table 2.
 *
 * Example   scenario({ source: { x: xs, y }, target: { x: xt } }).supervision // => 'transductive'
 */
export function scenario(input: ProblemInput): Scenario {
  const problem: TransferProblem = toProblem(input, 'scenario');
  const { sources, target } = problem;
  const featureSpacesDiffer = sources.some(
    (source) => !sameFeatureSpace(source.features, target.features),
  );
  const targetLabels = (target.labelled?.y.length ?? 0) > 0;
  const sourceLabels = sources.some((source) => source.y !== undefined);
  return {
    featureSpacesDiffer,
    labelSpacesDiffer: sources.some((source) => !sameLabelSpace(source.task, target.task)),
    marginalsDiffer: 'not tested',
    conditionalsDiffer: 'not tested',
    kind: featureSpacesDiffer ? 'heterogeneous' : 'homogeneous',
    supervision: targetLabels ? 'inductive' : sourceLabels ? 'transductive' : 'unsupervised',
    nSources: sources.length,
  };
}
