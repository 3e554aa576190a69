import {
  type Adaptation,
  type ProblemInput,
  type ProblemStrategy,
  toProblem,
  TransferError,
  type TransferProblem,
} from '@graft-ml/core';
import { FittedPipeline } from './fitted-pipeline.js';

/** The name of the pipeline that learns from the labelled target rows and from nothing else. */
export const targetOnly = 'target-only';

/** Leaves the sources out: the labelled target rows become the one source. What transfer must beat where there are labels.
 *
 * Errors    INVALID_DATA without labelled target rows
 */
export class TargetOnly implements ProblemStrategy<FittedPipeline> {
  readonly produces = 'problem';
  readonly options = Object.freeze({});

  async fit(input: ProblemInput): Promise<Adaptation<FittedPipeline>> {
    const { target, type } = toProblem(input, targetOnly);
    const { labelled, name, features, task } = target;
    if (!labelled || labelled.y.length === 0) {
      throw new TransferError({
        code: 'INVALID_DATA',
        who: targetOnly,
        message: 'needs labelled target rows, of which there are none.',
        details: { argument: 'target.labelled', reason: 'labels-missing' },
      });
    }
    const source = { name, features, task, x: labelled.x, y: labelled.y };
    const problem: TransferProblem = { type, sources: [source], target };
    return { problem, fitted: new FittedPipeline([]) };
  }
}
