import type {
  DenseMatrix,
  Diagnostics,
  JsonObject,
  LinearAlgebra,
  RunOptions,
  TrainingRows,
} from '@graft-ml/core';
import { argmaxRows } from '@graft-ml/numerics';
import type { ClassScores } from './adapted-classifier.js';
import { classDiscrepancy, countClasses, type DiscrepancyWeights } from './class-discrepancy.js';
import { cosineLaplacian } from './cosine-laplacian.js';
import { kernelFactor } from './kernel-factor.js';
import { rowRange } from './label-target.js';
import { regularizedClassifier } from './regularized-classifier.js';
import { refineLabels } from './repeat-labelling.js';

export interface ClassifierAdaptation {
  readonly who: string;
  readonly linearAlgebra: LinearAlgebra;
  /** Rows of source and target as the classifier sees them [nSource + nTarget, nFeatures], source rows first. */
  readonly x: DenseMatrix;
  readonly source: TrainingRows;
  /** First labels of the target rows. */
  readonly start: Float64Array;
  readonly options: {
    readonly loss: 'squared' | 'hinge';
    readonly regularization: number;
    readonly alignment: number;
    readonly smoothness: number;
    readonly nNeighbours: number;
    readonly maxIterations: number;
    readonly kernel: 'linear' | 'rbf';
    readonly gamma: number | 'median';
    readonly maxLandmarks: number;
  };
  /** How M weighs overall and class means, given the labels guessed so far, with what the trace shall say about it. */
  weigh(labels: Float64Array): Promise<{
    readonly weights: DiscrepancyWeights;
    readonly note?: JsonObject;
  }>;
  readonly run: RunOptions | undefined;
}

export type AdaptedScores = Pick<
  ClassScores,
  'coefficients' | 'intercepts' | 'landmarks' | 'gamma' | 'pseudoLabels'
>;

/** The common course of ARTL and MEDA: labels, M from them, the classifier that M, the graph and the source ask for, labels again. */
export async function adaptClassifier(
  adaptation: ClassifierAdaptation,
): Promise<{ readonly scores: AdaptedScores; readonly diagnostics: Diagnostics }> {
  const { linearAlgebra, x, source, options, run } = adaptation;
  const factor = kernelFactor(linearAlgebra, x, { ...options, seed: run?.seed ?? 0 });
  const { rows, triangle } = factor;
  const solve = regularizedClassifier(linearAlgebra, {
    ...options,
    rows,
    triangle,
    source,
    nClasses: countClasses(source.task),
    laplacian: cosineLaplacian(linearAlgebra, x, options.nNeighbours),
  });
  const target = rowRange(rows, source.y.length, rows.rows);
  const { result, labels, diagnostics } = await refineLabels({
    ...adaptation,
    maxIterations: options.maxIterations,
    guess: async (before = adaptation.start) => {
      const { weights, note } = await adaptation.weigh(before);
      const discrepancy = classDiscrepancy({ rows, source, targetLabels: before }, weights);
      const functions = solve(discrepancy.directions);
      const values = linearAlgebra.multiply(target, functions.directions);
      for (let p = 0; p < values.data.length; p++) {
        values.data[p] += functions.intercepts[p % values.columns];
      }
      const { objective, solved } = functions;
      return {
        result: functions,
        labels: Float64Array.from(argmaxRows(values)),
        note: {
          objective,
          missingClasses: discrepancy.missing,
          ...(solved ? {} : { solved }),
          ...note,
        },
      };
    },
  });
  return {
    scores: {
      coefficients: factor.expand(result.directions),
      intercepts: result.intercepts,
      landmarks: factor.landmarks,
      gamma: factor.gamma,
      pseudoLabels: labels,
    },
    diagnostics,
  };
}
