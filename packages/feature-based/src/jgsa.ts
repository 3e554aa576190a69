import type {
  Adaptation,
  DenseMatrix,
  FittedState,
  Learner,
  LinearAlgebra,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  Setting,
} from '@graft-ml/core';
import {
  denseMatrix,
  LearnerToken,
  LinearAlgebraToken,
  numberedFeatures,
  prepareProblem,
  resolveOptions,
  stackRows,
  trainingRows,
  transformProblem,
} from '@graft-ml/core';
import { NearestNeighbours } from '@graft-ml/learners';
import { referenceLinearAlgebra } from '@graft-ml/numerics';
import { classDiscrepancy, countClasses } from './internal/class-discrepancy.js';
import { type ClassScatter, classScatter } from './internal/class-scatter.js';
import { componentCount, objectiveOf, scatterAxes, scatterMatrix } from './internal/components.js';
import { FittedAffine, restoreAffine } from './internal/fitted-affine.js';
import { labelTarget, rowRange } from './internal/label-target.js';
import { factoredPencil, type PencilSolver } from './internal/low-rank-pencil.js';
import { repeatLabelling } from './internal/repeat-labelling.js';
import { featureCoordinates, scaleColumns } from './internal/representation.js';

export interface JgsaOptions {
  /** Number of components kept. `'auto'` (default): the published 30, or as many as there can be. More keep more of the data and align less. */
  readonly nComponents?: number | 'auto';
  /** β, the weight of the source's classes: scatter between them against scatter within. In [0, ∞), default 0.1. */
  readonly discrimination?: number;
  /** λ, the price of different maps for source and target. In (0, ∞), default 1. Larger values let them differ less. */
  readonly divergence?: number;
  /** μ, the weight of the target's variance. In (0, ∞), default 1. */
  readonly targetVariance?: number;
  /** Number of eigenproblems solved at most, default 10; it stops earlier once no pseudo label changes. */
  readonly maxIterations?: number;
}

const schema: OptionSchema<JgsaOptions> = {
  nComponents: {
    type: 'integer',
    atLeast: 1,
    words: ['auto'],
    default: 'auto',
    description: 'Number of components kept; "auto" is 30, or as many as there can be.',
    effect: 'More keep more of the data and align less.',
  },
  discrimination: {
    type: 'number',
    atLeast: 0,
    default: 0.1,
    description: 'β, the weight of scatter between source classes against scatter within.',
    effect: 'Larger values keep source classes further apart.',
  },
  divergence: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'λ, the price of different maps for source and target.',
    effect: 'Larger values let them differ less.',
  },
  targetVariance: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'μ, the weight of the variance of the target.',
    effect: 'Larger values keep more of the target.',
  },
  maxIterations: {
    type: 'integer',
    atLeast: 1,
    default: 10,
    description: 'Number of eigenproblems solved at most.',
    effect: 'It stops earlier once no pseudo label changes.',
  },
};

/** A map for each domain, near each other, under which means and class means agree (joint geometrical and statistical alignment, JGSA).
 *
 * Setting   transductive · sources are stacked into one · same features · needs source labels, guesses target labels
 * Solves    max_{A,B} tr(β·Aᵀ·S_b·A + μ·Bᵀ·S_t·B) / tr([A; B]ᵀ·(X·M·Xᵀ + β·S_w + λ[I −I; −I I] + μ[0 0; 0 I])·[A; B])
 * where     X = [xs 0; 0 xt]ᵀ, M = (C·M₀ + Σ_c M_c) / ‖·‖_F over means as in JDA; S_b, S_w the scatter of the source between
 *           and within its classes, S_t that of the target;   β, λ, μ = `discrimination`, `divergence`, `targetVariance`
 * Algorithm labels by the learner; top eigenvectors of the pencil, both symmetric, the second positive definite; labels again
 * Shapes    xs [nSource, nFeatures] → xs·A, xt [nTarget, nFeatures] → xt·B, both [n, nComponents]
 * Assumes   rows of comparable length (put a row normalizer before); first guesses better than chance.
 * Errors    INVALID_OPTION for more components than there can be; NUMERICAL for a target of equal rows.
 * Paper     zhang2017jgsa
 * Example   const { problem } = await new JointGeometricalAlignment().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class JointGeometricalAlignment implements ProblemStrategy<FittedAffine> {
  static readonly id = 'feature-based/jgsa';
  static readonly summary = 'JGSA: a map per domain, near each other, that aligns class means.';
  static readonly setting: Setting = {
    role: 'feature',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'unused',
    pairs: 'unused',
    tasks: ['classification'],
    corrects: 'marginal and conditional',
    sparse: 'made dense',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken, learner: LearnerToken };

  readonly produces = 'problem';
  readonly options: Required<JgsaOptions>;
  readonly #linearAlgebra: LinearAlgebra;
  readonly #learner: Learner;

  constructor(
    options?: JgsaOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra; readonly learner?: Learner } = {},
  ) {
    this.options = resolveOptions('JointGeometricalAlignment', schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
    this.#learner =
      dependencies.learner ??
      new NearestNeighbours({ neighbours: 1 }, { linearAlgebra: this.#linearAlgebra });
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedAffine>> {
    const method = JointGeometricalAlignment;
    const problem = prepareProblem(method, input, run);
    const linearAlgebra = this.#linearAlgebra;
    const source = trainingRows(method.name, problem, method.setting.tasks);
    const stacked = stackRows([source.x, problem.target.x]);
    const seen = featureCoordinates(linearAlgebra, stacked);
    const nSource = source.y.length;
    const target = rowRange(seen.rows, nSource, seen.rows.rows);
    const spread = scatterMatrix(linearAlgebra, method.name, target);
    const classes = classScatter(linearAlgebra, { ...source, x: rowRange(seen.rows, 0, nSource) });
    const solve = pencil(linearAlgebra, spread, classes, this.options);
    const apart = onTheirOwn(seen.rows, nSource);
    const { nComponents, maxIterations } = this.options;
    const count = componentCount(method.name, nComponents, 30, seen.rows.columns);
    const nClasses = countClasses(source.task);
    const { result, labels, diagnostics } = await repeatLabelling({
      who: method.name,
      learner: this.#learner,
      source,
      start: await labelTarget(this.#learner, source, seen.rows, run),
      maxIterations,
      run,
      align: (targetLabels) => {
        const { directions, missing } = classDiscrepancy(
          { rows: apart, source, targetLabels },
          { marginal: nClasses, conditional: 1, normalized: true },
        );
        const found = solve(directions, count);
        return {
          result: found.vectors,
          rows: mapEach(linearAlgebra, seen.rows, nSource, found.vectors),
          note: { objective: objectiveOf(found), missingClasses: missing },
        };
      },
    });
    const half = result.rows / 2;
    const [ofSource, ofTarget] = [rowRange(result, 0, half), rowRange(result, half, 2 * half)];
    const map = { matrix: seen.expand(ofSource) };
    const fitted = new FittedAffine(
      method,
      stacked.columns,
      {
        sources: problem.sources.map(() => map),
        target: { matrix: seen.expand(ofTarget) },
        pseudoLabels: labels,
      },
      linearAlgebra,
      diagnostics,
    );
    const names = numberedFeatures(result.columns, 'component');
    return { problem: await transformProblem(problem, fitted, names, run), fitted };
  }

  static restore(state: FittedState, context: RestoreContext): FittedAffine {
    return restoreAffine(JointGeometricalAlignment, state, context);
  }
}

/** x·A for the rows of the source and x·B for those of the target, of [A; B]. */
function mapEach(
  linearAlgebra: LinearAlgebra,
  rows: DenseMatrix,
  nSource: number,
  maps: DenseMatrix,
): DenseMatrix {
  const r = rows.columns;
  const mapped = denseMatrix(rows.rows, maps.columns);
  const ofSource = linearAlgebra.multiply(rowRange(rows, 0, nSource), rowRange(maps, 0, r));
  mapped.data.set(ofSource.data);
  const target = rowRange(rows, nSource, rows.rows);
  const ofTarget = linearAlgebra.multiply(target, rowRange(maps, r, 2 * r));
  mapped.data.set(ofTarget.data, ofSource.data.length);
  return mapped;
}

/** Rows (x, 0) of the source and (0, x) of the target [n, 2r], whose means are those of both maps beside each other. */
function onTheirOwn({ rows, columns, data }: DenseMatrix, nSource: number): DenseMatrix {
  const result = denseMatrix(rows, 2 * columns);
  for (let i = 0; i < rows; i++) {
    const at = 2 * i * columns + (i < nSource ? 0 : columns);
    result.data.set(data.subarray(i * columns, (i + 1) * columns), at);
  }
  return result;
}

/** What does not change with the labels: the gain [βS_b 0; 0 μS_t] as F·Fᵀ, and the price [βS_w + λI, −λI; −λI, (λ + μ)I]. */
function pencil(
  linearAlgebra: LinearAlgebra,
  spread: DenseMatrix,
  { within, gaps }: ClassScatter,
  { discrimination, divergence, targetVariance }: Required<JgsaOptions>,
): PencilSolver {
  const r = spread.rows;
  const { vectors, values } = scatterAxes(linearAlgebra, spread);
  const ofTarget = scaleColumns(
    vectors,
    values.map((value) => Math.sqrt(targetVariance * value)),
  );
  const q = gaps.rows + ofTarget.columns;
  const factor = denseMatrix(2 * r, q);
  const price = denseMatrix(2 * r, 2 * r);
  for (let i = 0; i < r; i++) {
    const [upper, lower] = [2 * i * r, 2 * (r + i) * r];
    for (let c = 0; c < gaps.rows; c++) {
      factor.data[i * q + c] = Math.sqrt(discrimination) * gaps.data[c * r + i];
    }
    const row = ofTarget.data.subarray(i * ofTarget.columns, (i + 1) * ofTarget.columns);
    factor.data.set(row, (r + i) * q + gaps.rows);
    for (let j = 0; j < r; j++) {
      price.data[upper + j] = discrimination * within.data[i * r + j];
    }
    price.data[upper + i] += divergence;
    price.data[upper + r + i] = -divergence;
    price.data[lower + i] = -divergence;
    price.data[lower + r + i] = divergence + targetVariance;
  }
  return factoredPencil(linearAlgebra, factor, price);
}
