import { type Learner, type MatrixInput, type RunOptions, toMatrix } from '@graft-ml/core';
import { accuracy, balancedAccuracy } from '@graft-ml/learners';
import { checkEntries, classIndices } from '../internal/inputs.js';

export interface ReverseRows {
  /** Source rows with their true classes. */
  readonly source: { readonly x: MatrixInput; readonly y: ArrayLike<number> };
  /** Target rows with the classes that the model under test gives them. */
  readonly target: { readonly x: MatrixInput; readonly predicted: ArrayLike<number> };
  readonly learner: Learner;
}

/** Circular (reverse) validation: learns from the target's predicted classes and predicts the source's known ones.
 *
 * Right predictions on the target make a good teacher for the way back. In raw features this is circular validation, in the
 * adapted ones reverse validation. Cannot see an error that undoes itself on the way back, such as two classes exchanged in
 * an embedding; where predictions are all of one class there is nothing to learn and the score is that class's share.
 * Paper     bruzzone2010; zhong2010; ganin2016, appendix.
 */
export async function reverseValidation(
  { source, target, learner }: ReverseRows,
  run?: RunOptions,
): Promise<{
  readonly predicted: Float64Array;
  readonly accuracy: number;
  readonly balancedAccuracy: number;
}> {
  const who = 'reverseValidation';
  const xs = toMatrix(source.x, who, 'source.x');
  const xt = toMatrix(target.x, who, 'target.x');
  checkEntries(xt.columns, xs.columns, who, 'columns of "target.x"');
  classIndices(who, source.y, xs.rows, 'source.y');
  classIndices(who, target.predicted, xt.rows, 'target.predicted');
  const y = Array.from(target.predicted);
  const classes = [...new Set(y)].sort((a, b) => a - b);
  let predicted = new Float64Array(xs.rows).fill(classes[0]);
  if (classes.length > 1) {
    const task = { kind: 'classification', classes } as const;
    const model = await learner.fit({ x: xt, y, task }, run);
    predicted = (await model.predictEncoded(xs, run)).map((code) => classes[code]);
  }
  return {
    predicted,
    accuracy: accuracy(source.y, predicted),
    balancedAccuracy: balancedAccuracy(source.y, predicted),
  };
}
