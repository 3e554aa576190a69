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
  /** Labels of the target rows before the first round, if there are any. */
  readonly start?: Float64Array;
  /** Aligns with the labels guessed so far; none in the first round without a start. */
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
  const { learner, source, run, align } = repetition;
  return refineLabels({
    ...repetition,
    guess: async (labels) => {
      const { result, rows, note } = align(labels);
      return { result, labels: await labelTarget(learner, source, rows, run), note };
    },
  });
}

export interface Refinement<R> extends Omit<Repetition<R>, 'learner' | 'align'> {
  /** One round: new labels from those guessed so far. */
  guess(labels: Float64Array | undefined): Promise<{
    readonly result: R;
    readonly labels: Float64Array;
    readonly note: JsonObject;
  }>;
}

/** Guesses labels of the target rows from earlier guesses until none changes. */
export async function refineLabels<R>(refinement: Refinement<R>): Promise<RepetitionOutcome<R>> {
  const { who, source, maxIterations, run, guess } = refinement;
  const trace: JsonObject[] = [];
  let before = refinement.start;
  for (let iteration = 1; ; iteration++) {
    const { result, labels, note } = await guess(before);
    const changed = before ? labelChanges(before, labels) : labels.length;
    trace.push({ iteration, changed, ...note });
    before = labels;
    await step(run, who, { stage: 'aligning', done: iteration, total: maxIterations });
    if (changed > 0 && iteration < maxIterations) continue;
    const diagnostics: Diagnostics = {
      warnings: missingClassWarnings(source.task, labels),
      iterations: iteration,
      converged: changed === 0,
      stopReason:
        changed === 0
          ? 'no pseudo label changed'
          : `maxIterations reached with ${changed} of ${labels.length} pseudo labels still changing`,
      facts: { trace },
    };
    return { result, labels, diagnostics };
  }
}
