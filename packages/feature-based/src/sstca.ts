import type {
  Adaptation,
  DenseMatrix,
  FittedState,
  Label,
  LinearAlgebra,
  OptionSchema,
  ProblemInput,
  ProblemStrategy,
  RestoreContext,
  RunOptions,
  Setting,
  TransferProblem,
} from '@graft-ml/core';
import {
  decodeLabels,
  denseMatrix,
  labelledSources,
  LinearAlgebraToken,
  numberedFeatures,
  prepareProblem,
  resolveOptions,
  stackRows,
  transformProblem,
} from '@graft-ml/core';
import { graphLaplacian, neighbourGraph, referenceLinearAlgebra } from '@graft-ml/numerics';
import { classDiscrepancy, unlabelledSource } from './internal/class-discrepancy.js';
import {
  componentCount,
  objectiveOf,
  penaltyMatrix,
  scatterMatrix,
  topComponents,
  unitScatter,
} from './internal/components.js';
import { plus, scaled } from './internal/matrix-sums.js';
import { FittedEmbedding, restoreEmbedding } from './internal/fitted-embedding.js';
import { type KernelOptions, kernelSchema } from './internal/kernel-options.js';
import { type KernelName, represent } from './internal/representation.js';

export interface SstcaOptions extends KernelOptions {
  /** Number of components kept. `'auto'` (default): 30, or as many as the rows have. */
  readonly nComponents?: number | 'auto';
  /** μ, the price of large coefficients. In (0, ∞), default 1. Larger values adapt less. */
  readonly regularization?: number;
  /** λ, the weight of neighbours staying neighbours. In [0, ∞), default 1. */
  readonly locality?: number;
  /** γ, how much components follow the labels rather than the spread of the data. In [0, 1], default 0.1. */
  readonly labelDependence?: number;
  /** Nearest rows that each row is tied to. Default 5. */
  readonly neighbours?: number;
  /** `'linear'` (default) and `'rbf'`: components combine rows. `'primal'`: they combine features, with the penalty on those. */
  readonly kernel?: KernelName;
}

const schema: OptionSchema<SstcaOptions> = {
  nComponents: {
    type: 'integer',
    atLeast: 1,
    words: ['auto'],
    default: 'auto',
    description: 'Number of components kept; "auto" is 30, or as many as the rows have.',
  },
  regularization: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'μ, the price of large coefficients.',
    effect: 'Larger values adapt less.',
  },
  locality: {
    type: 'number',
    atLeast: 0,
    default: 1,
    description: 'λ, the weight of neighbours staying neighbours.',
  },
  labelDependence: {
    type: 'number',
    atLeast: 0,
    atMost: 1,
    default: 0.1,
    description: 'γ, how much components follow the labels rather than the spread of the data.',
  },
  neighbours: {
    type: 'integer',
    atLeast: 1,
    default: 5,
    description: 'Nearest rows that each row is tied to.',
  },
  kernel: {
    type: 'choice',
    values: ['linear', 'rbf', 'primal'],
    default: 'linear',
    description: 'Whether components combine rows, by inner products or Gaussians, or features.',
  },
  ...kernelSchema,
};

/** Transfer components that follow the labels and keep neighbours together (semi-supervised TCA, SSTCA).
 *
 * Setting   transductive or inductive · sources are stacked · same features · needs source labels, uses target labels
 * Solves    K·H·Ky·H·K·w = φ·(K·(L + λ·G)·K + μI)·w, top vectors, scaled to Wᵀ·K·H·Ky·H·K·W = I
 * where     K, H, L as in TCA; Ky = (1 − γ)·I + γ·[yᵢ = yⱼ] on labelled pairs; G = D − E the Laplacian of the graph of
 *           nearest rows with weights exp(−d²/2s²), s the mean distance;   μ, λ, γ = `regularization`, `locality`, `labelDependence`
 * Shapes    xs [nSource, nFeatures], xt [nTarget, nFeatures] → [n, nComponents]; labels enter by rank-one terms, G is sparse
 * Assumes   neighbours across domains have the same label.
 * Errors    INVALID_OPTION for more components or neighbours than the rows allow; NUMERICAL where all rows are equal.
 * Paper     pan2011tca, section IV; theirs divides G by n².
 * Example   const { problem } = await new SemiSupervisedTransferComponentAnalysis().fit({ source: { x: xs, y }, target: { x: xt } });
 */
export class SemiSupervisedTransferComponentAnalysis implements ProblemStrategy<FittedEmbedding> {
  static readonly id = 'feature-based/sstca';
  static readonly summary = 'SSTCA: transfer components that follow labels and keep neighbours.';
  static readonly setting: Setting = {
    role: 'feature',
    features: 'same',
    sources: 'many',
    sourceLabels: 'required',
    targetLabels: 'optional',
    pairs: 'unused',
    tasks: ['classification'],
    corrects: 'marginal and conditional',
    sparse: 'made dense',
  };
  static readonly schema = schema;
  static readonly needs = { linearAlgebra: LinearAlgebraToken };

  readonly produces = 'problem';
  readonly options: Required<SstcaOptions>;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    options?: SstcaOptions,
    dependencies: { readonly linearAlgebra?: LinearAlgebra } = {},
  ) {
    const who = 'SemiSupervisedTransferComponentAnalysis';
    this.options = resolveOptions(who, schema, options);
    this.#linearAlgebra = dependencies.linearAlgebra ?? referenceLinearAlgebra;
  }

  async fit(input: ProblemInput, run?: RunOptions): Promise<Adaptation<FittedEmbedding>> {
    const method = SemiSupervisedTransferComponentAnalysis;
    const problem = prepareProblem(method, input, run);
    const { labelDependence, locality, nComponents, neighbours, regularization } = this.options;
    const linearAlgebra = this.#linearAlgebra;
    const { sources, target } = problem;
    const few = target.labelled?.x;
    const x = stackRows([...sources.map((source) => source.x), ...(few ? [few] : []), target.x]);
    const seen = represent(linearAlgebra, x, { ...this.options, seed: run?.seed ?? 0 });
    const limit = Math.min(x.rows - 1, seen.rows.columns);
    const count = componentCount(method.name, nComponents, 30, limit);
    const scatter = scatterMatrix(linearAlgebra, method.name, seen.rows);
    const rewarded = plus(
      scaled(scatter, 1 - labelDependence),
      linearAlgebra.crossProduct(
        labelDirections(seen.rows, knownLabels(problem), Math.sqrt(labelDependence)),
      ),
    );
    const { directions } = classDiscrepancy(
      { rows: seen.rows, source: unlabelledSource(problem) },
      { marginal: 1, conditional: 0, normalized: false },
    );
    const graph = neighbourGraph(linearAlgebra, x, {
      nNeighbours: Math.min(neighbours, x.rows - 1),
      weights: 'heat',
      gamma: 1 / (2 * meanDistance(linearAlgebra, x) ** 2),
    });
    const smooth = linearAlgebra.multiply(graphLaplacian(graph), seen.rows);
    const rough = linearAlgebra.multiply(seen.rows, smooth, { transposeA: true });
    const penalty = plus(
      penaltyMatrix(linearAlgebra, directions, regularization),
      scaled(rough, locality),
    );
    const found = topComponents(linearAlgebra, rewarded, penalty, count);
    const embedding = {
      nFeatures: x.columns,
      components: seen.expand(unitScatter(found)),
      values: found.values,
      unitLength: false,
      landmarks: seen.landmarks,
      gamma: seen.gamma,
    };
    const facts = { nComponents: found.values.length, objective: objectiveOf(found) };
    const fitted = new FittedEmbedding(method, embedding, linearAlgebra, { warnings: [], facts });
    const names = numberedFeatures(found.values.length, 'component');
    return { problem: await transformProblem(problem, fitted, names, run), fitted };
  }

  static restore(state: FittedState, context: RestoreContext): FittedEmbedding {
    return restoreEmbedding(SemiSupervisedTransferComponentAnalysis, state, context);
  }
}

/** Labels of the first rows of the stack: sources, then labelled target rows. */
function knownLabels(problem: TransferProblem): readonly Label[] {
  const { target } = problem;
  const known = labelledSources(problem, SemiSupervisedTransferComponentAnalysis.name);
  return [
    ...known.flatMap(({ task, y }) => decodeLabels(task, y)),
    ...(target.labelled ? decodeLabels(target.task, target.labelled.y) : []),
  ];
}

/** X·H·1_c for the rows of each known class c, one per row, times `factor`. */
function labelDirections(
  { rows: n, columns, data }: DenseMatrix,
  labels: readonly Label[],
  factor: number,
): DenseMatrix {
  const position = new Map([...new Set(labels)].map((label, c) => [label, c] as const));
  const sums = new Float64Array(position.size * columns);
  const sizes = new Float64Array(position.size);
  const means = new Float64Array(columns);
  for (let i = 0; i < n; i++) {
    const c = i < labels.length ? position.get(labels[i])! : -1;
    if (c >= 0) sizes[c]++;
    for (let j = 0; j < columns; j++) {
      means[j] += data[i * columns + j] / n;
      if (c >= 0) sums[c * columns + j] += data[i * columns + j];
    }
  }
  for (let p = 0; p < sums.length; p++) {
    sums[p] = factor * (sums[p] - sizes[Math.floor(p / columns)] * means[p % columns]);
  }
  return denseMatrix(position.size, columns, sums);
}

/** Mean distance between different rows; 1 where all are equal. */
function meanDistance(linearAlgebra: LinearAlgebra, x: TransferProblem['target']['x']): number {
  const { data } = linearAlgebra.squaredDistances(x, x);
  let sum = 0;
  for (let p = 0; p < data.length; p++) sum += Math.sqrt(data[p]);
  return sum / (x.rows * (x.rows - 1)) || 1;
}
