import {
  type DenseMatrix,
  denseMatrix,
  type Task,
  type TrainingRows,
  type TransferProblem,
} from '@graft-ml/core';

/** Rows of both domains on top of each other, with what is known and guessed about their classes. */
export interface LabelledStack {
  /** Source rows first [nSource + nTarget, r]. */
  readonly rows: DenseMatrix;
  /** Task, labels and weights of the source rows. */
  readonly source: Pick<TrainingRows, 'task' | 'y' | 'weights'>;
  /** Pseudo labels of the target rows; absent before there are any. */
  readonly targetLabels?: Float64Array | undefined;
}

export interface DiscrepancyWeights {
  /** Weight of the difference between the domain means. */
  readonly marginal: number;
  /** Weight of the difference between the two means of each class. */
  readonly conditional: number;
  /** Times each class mean by the root of its proportion in its domain. Default false. */
  readonly byPrior?: boolean;
  /** Divide M by its Frobenius norm. */
  readonly normalized: boolean;
}

/** M = Σ_c α_c·e_c·e_cᵀ as its factors: rows √α_c·(X·e_c) [1 + classes present in both, r], so that X·M·Xᵀ = DᵀD. */
export interface Discrepancy {
  readonly directions: DenseMatrix;
  /** Classes without a row in one of the domains: they have no term. */
  readonly missing: readonly number[];
}

/** The weighted differences of means between source and target, over all rows (c = 0) and per class.
 *
 * e_0 = wᵢ/Σw on the source, −1/nTarget on the target; e_c the same over the rows of class c. ‖M‖_F comes from the inner
 * products of the e_c, not from an n × n matrix.
 */
export function classDiscrepancy(stack: LabelledStack, weights: DiscrepancyWeights): Discrepancy {
  const groups = stack.targetLabels ? countClasses(stack.source.task) : 0;
  const { means, mass, squares } = groupMeans(stack, groups);
  const r = stack.rows.columns;
  const present: number[] = [];
  const missing: number[] = [];
  for (let c = 0; c < groups; c++) {
    (mass[2 * (c + 1)] > 0 && mass[2 * (c + 1) + 1] > 0 ? present : missing).push(c);
  }
  const alphas = [weights.marginal, ...present.map(() => weights.conditional)];
  const at = [0, ...present.map((c) => c + 1)];
  const priors = mass.map((value, slot) =>
    weights.byPrior && slot > 1 ? Math.sqrt(value / mass[slot % 2]) : 1,
  );
  if (weights.normalized) {
    const norm = frobeniusNorm(alphas, at, { mass, squares, priors });
    for (let k = 0; k < alphas.length; k++) alphas[k] /= norm || 1;
  }
  const data = new Float64Array(at.length * r);
  for (let k = 0; k < at.length; k++) {
    const root = Math.sqrt(alphas[k]);
    const source = 2 * at[k];
    for (let j = 0; j < r; j++) {
      const gap =
        priors[source] * means[source * r + j] - priors[source + 1] * means[(source + 1) * r + j];
      data[k * r + j] = root * gap;
    }
  }
  return { directions: denseMatrix(at.length, r, data), missing };
}

/** Means of all rows (slots 0 and 1) and of class c (slots 2c + 2 and 2c + 3), source and target in turn, with Σw and Σw² of each. */
function groupMeans({ rows, source, targetLabels }: LabelledStack, groups: number) {
  const r = rows.columns;
  const nSource = source.y.length;
  const slots = 2 * (Math.max(1, groups) + 1);
  const means = new Float64Array(slots * r);
  const mass = new Float64Array(slots);
  const squares = new Float64Array(slots);
  for (let i = 0; i < rows.rows; i++) {
    const domain = i < nSource ? 0 : 1;
    const weight = domain === 0 && source.weights ? source.weights[i] : 1;
    const label = !targetLabels ? 0 : domain === 0 ? source.y[i] : targetLabels[i - nSource];
    const slot = 2 * label + 2 + domain;
    mass[slot] += weight;
    squares[slot] += weight * weight;
    for (let j = 0; j < r; j++) means[slot * r + j] += weight * rows.data[i * r + j];
  }
  for (let slot = 2; slot < slots; slot++) {
    const all = slot % 2;
    mass[all] += mass[slot];
    squares[all] += squares[slot];
    for (let j = 0; j < r; j++) means[all * r + j] += means[slot * r + j];
  }
  for (let slot = 0; slot < slots; slot++) {
    for (let j = 0; j < r; j++) means[slot * r + j] /= mass[slot] || 1;
  }
  return { means, mass, squares };
}

/** ‖Σ α_k·e_k·e_kᵀ‖_F from e_0·e_c = Σ_c p·w²/(W·W_c) in each domain, e_c·e_c = Σ_c p²·w²/W_c² and e_c·e_c' = 0. */
function frobeniusNorm(
  alphas: readonly number[],
  at: readonly number[],
  { mass, squares, priors }: Readonly<Record<'mass' | 'squares' | 'priors', Float64Array>>,
): number {
  let sum = 0;
  for (let k = 0; k < at.length; k++) {
    let own = 0;
    let shared = 0;
    for (let domain = 0; domain < 2; domain++) {
      const slot = 2 * at[k] + domain;
      own += (priors[slot] / mass[slot]) ** 2 * squares[slot];
      shared += (priors[slot] * squares[slot]) / (mass[domain] * mass[slot]);
    }
    sum += (alphas[k] * own) ** 2;
    if (k > 0) sum += 2 * alphas[0] * alphas[k] * shared ** 2;
  }
  return Math.sqrt(sum);
}

/** Number of classes; 0 for a regression. */
export function countClasses(task: Task): number {
  return task.kind === 'classification' ? task.classes.length : 0;
}

/** The sources of a problem for a method that looks at no label: their number of rows, and weights where some source has them. */
export function unlabelledSource({ sources }: TransferProblem): LabelledStack['source'] {
  const nSource = sources.reduce((sum, { x }) => sum + x.rows, 0);
  const y = new Float64Array(nSource);
  const task: Task = { kind: 'regression' };
  if (!sources.some(({ weights }) => weights)) return { task, y };
  const all = sources.map(({ x, weights }) => weights ?? new Float64Array(x.rows).fill(1));
  const weights = new Float64Array(nSource);
  let offset = 0;
  for (const part of all) {
    weights.set(part, offset);
    offset += part.length;
  }
  return { task, y, weights };
}
