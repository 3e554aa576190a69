import type {
  DenseMatrix,
  LabelledInput,
  Learner,
  MatrixInput,
  ProblemInput,
} from '@graft-ml/core';
import { denseMatrix } from '@graft-ml/core';
import { RidgeClassifier } from '@graft-ml/learners';
import { type GoldenCase, rowsOf } from '../../../../tools/testing/golden.js';

/** The problem of a golden case: source, labelled target rows, and rows to predict. */
export function problemOf({ inputs }: GoldenCase) {
  return {
    source: { x: rowsOf(inputs['Xs']!), y: inputs['ys']!.data },
    target: {
      x: rowsOf(inputs['Z']!),
      labelled: { x: rowsOf(inputs['Xt']!), y: inputs['yt']!.data },
    },
  };
}

/** A ridge classifier for two classes with the probabilities 1 / (1 + exp(−score)) that scikit-learn hides in it. */
export class RidgeWithProbabilities implements Learner {
  readonly produces = 'model';
  readonly options = {};

  async fit(data: ProblemInput | LabelledInput) {
    const model = await new RidgeClassifier().fit(data);
    const { coefficients, intercepts } = model;
    const predictProba = async (x: MatrixInput): Promise<DenseMatrix> => {
      const rows = x as { rows: number; columns: number; data: Float64Array };
      const shares = denseMatrix(rows.rows, 2);
      for (let i = 0; i < rows.rows; i++) {
        let score = intercepts[0]!;
        for (let j = 0; j < rows.columns; j++)
          score += coefficients.data[j]! * rows.data[i * rows.columns + j]!;
        shares.data[2 * i + 1] = 1 / (1 + Math.exp(-score));
        shares.data[2 * i] = 1 - shares.data[2 * i + 1]!;
      }
      return shares;
    };
    return Object.assign(model, { predictProba });
  }
}

/** A fact of a fitted model, as numbers. */
export function fact(
  model: { readonly diagnostics: { readonly facts?: Readonly<Record<string, unknown>> } },
  name: string,
): number[] {
  const value = model.diagnostics.facts![name];
  return Array.isArray(value) ? (value as number[]) : [value as number];
}
