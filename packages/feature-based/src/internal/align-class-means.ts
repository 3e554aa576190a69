import type {
  Adaptation,
  Learner,
  LinearAlgebra,
  RunOptions,
  Setting,
  TransferProblem,
} from '@graft-ml/core';
import { numberedFeatures, stackRows, trainingRows, transformProblem } from '@graft-ml/core';
import { classDiscrepancy, countClasses, type DiscrepancyWeights } from './class-discrepancy.js';
import { componentCount, objectiveOf, scatterMatrix } from './components.js';
import { type EmbeddingMethod, FittedEmbedding } from './fitted-embedding.js';
import { scatterPencil } from './low-rank-pencil.js';
import { repeatLabelling } from './repeat-labelling.js';
import { type KernelName, represent } from './representation.js';
import { unitRows } from './unit-rows.js';

export interface ClassMeanAlignment {
  readonly method: EmbeddingMethod & { readonly setting: Setting };
  /** Prepared, with labelled sources. */
  readonly problem: TransferProblem;
  readonly linearAlgebra: LinearAlgebra;
  readonly learner: Learner;
  readonly options: {
    readonly nComponents: number | 'auto';
    readonly regularization: number;
    readonly maxIterations: number;
    readonly kernel: KernelName;
    readonly gamma: number | 'median';
    readonly maxLandmarks: number;
  };
  /** Number of components that `'auto'` stands for where the rows have as many. */
  readonly published: number;
  /** Rows get unit length before and after. */
  readonly unitLength: boolean;
  weights(nClasses: number, labelled: boolean): DiscrepancyWeights;
  readonly run: RunOptions | undefined;
}

/** The common course of JDA and its relatives: components of most scatter per weighted discrepancy of means, labels, again. */
export async function alignClassMeans(
  alignment: ClassMeanAlignment,
): Promise<Adaptation<FittedEmbedding>> {
  const { linearAlgebra, method, options, problem, run, unitLength } = alignment;
  const source = trainingRows(method.name, problem, method.setting.tasks);
  const stacked = stackRows([source.x, problem.target.x]);
  const x = unitLength ? unitRows(stacked) : stacked;
  const seen = represent(linearAlgebra, x, { ...options, seed: run?.seed ?? 0 });
  const limit = Math.min(x.rows - 1, seen.rows.columns);
  const count = componentCount(method.name, options.nComponents, alignment.published, limit);
  const scatter = scatterMatrix(linearAlgebra, method.name, seen.rows);
  const solve = scatterPencil(linearAlgebra, scatter, options.regularization);
  const { result, labels, diagnostics } = await repeatLabelling({
    who: method.name,
    learner: alignment.learner,
    source,
    maxIterations: options.maxIterations,
    run,
    align: (targetLabels) => {
      const { directions, missing } = classDiscrepancy(
        { rows: seen.rows, source, targetLabels },
        alignment.weights(countClasses(source.task), targetLabels !== undefined),
      );
      const found = solve(directions, count);
      const embedded = linearAlgebra.multiply(seen.rows, found.vectors);
      return {
        result: found,
        rows: unitLength ? unitRows(embedded) : embedded,
        note: { objective: objectiveOf(found), missingClasses: missing },
      };
    },
  });
  const embedding = {
    nFeatures: x.columns,
    components: seen.expand(result.vectors),
    values: result.values,
    unitLength,
    landmarks: seen.landmarks,
    gamma: seen.gamma,
    pseudoLabels: labels,
  };
  const fitted = new FittedEmbedding(method, embedding, linearAlgebra, diagnostics);
  const names = numberedFeatures(result.values.length, 'component');
  return { problem: await transformProblem(problem, fitted, names, run), fitted };
}
