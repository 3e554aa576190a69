import type {
  DenseMatrix,
  Diagnostics,
  JsonObject,
  Learner,
  RunOptions,
  TrainingRows,
} from '@graft-ml/core';
import { step } from '@graft-ml/core';
import { labelTarget } from './label-target.js';
import { labelChanges, missingClassWarnings } from './pseudo-labels.js';

/** What one round of alignment made with the labels guessed so far. */
export interface Round<R> {
  readonly result: R;
  /** Embedded rows of source and target [nSource + nTarget, k], source rows first. */
  readonly rows: DenseMatrix;
  /** What the trace shall say about it. */
  readonly note: JsonObject;
}

export interface Repetition<R> {
  readonly who: string;
  readonly learner: Learner;
  readonly source: TrainingRows;
  readonly maxIterations: number;
  readonly run: RunOptions | undefined;
  /** Aligns with the labels guessed so far; none in the first round. */
  align(labels: Float64Array | undefined): Round<R>;
}

export interface RepetitionOutcome<R> {
  readonly result: R;
  /** Last labels of the target rows, encoded. */
  readonly labels: Float64Array;
  /** With a trace: iteration, number of labels changed and the note of each round. */
  readonly diagnostics: Diagnostics;
}

/** Aligns, labels the target with a learner trained on the embedded source, and again, until no label changes. */
export async function repeatLabelling<R>(repetition: Repetition<R>): Promise<RepetitionOutcome<R>> {
  const { who, learner, source, maxIterations, run, align } = repetition;
  const trace: JsonObject[] = [];
  let labels: Float64Array | undefined;
  for (let iteration = 1; ; iteration++) {
    const { result, rows, note } = align(labels);
    const guess = await labelTarget(learner, source, rows, run);
    const changed = labels ? labelChanges(labels, guess) : guess.length;
    trace.push({ iteration, changed, ...note });
    labels = guess;
    await step(run, who, { stage: 'aligning', done: iteration, total: maxIterations });
    if (changed > 0 && iteration < maxIterations) continue;
    const diagnostics: Diagnostics = {
      warnings: missingClassWarnings(source.task, labels),
      iterations: iteration,
      converged: changed === 0,
      stopReason:
        changed === 0
          ? 'no pseudo label changed'
          : `maxIterations reached with ${changed} of ${guess.length} pseudo labels still changing`,
      facts: { trace },
    };
    return { result, labels, diagnostics };
  }
}
