import type {
  ClassificationTask,
  DenseMatrix,
  Diagnostics,
  FittedState,
  LinearAlgebra,
  MatrixInput,
  RestoreContext,
  RunOptions,
} from '@graft-ml/core';
import { checkRows, denseMatrix, Model, StateReader } from '@graft-ml/core';
import { largestColumn } from './class-choice.js';
import { kernelValue } from './kernel-choice.js';
import {
  evaluateExpansion,
  expansionArrays,
  type KernelExpansion,
  readExpansion,
} from './kernel-expansion.js';
import type { Origin } from './linear-model.js';
import {
  calibrationArrays,
  type PairCalibration,
  pairProbability,
  readCalibrations,
} from './pair-calibration.js';
import { couplePairs } from './pairwise-coupling.js';
import { readClassification, taskValue } from './task-state.js';

/** What a kernel SVM is made of. */
export interface MachineParts {
  readonly task: ClassificationTask;
  /** First and second class of each pair; scores are positive for the first. */
  readonly pairs: readonly (readonly [number, number])[];
  readonly expansion: KernelExpansion;
  /** One per pair, or none. */
  readonly calibrations: readonly PairCalibration[];
}

/** A fitted kernel SVM. */
export class SupportVectorModel extends Model {
  readonly diagnostics: Diagnostics;
  readonly task: ClassificationTask;
  readonly nFeatures: number;
  /** First and second class of each pair. */
  readonly pairs: readonly (readonly [number, number])[];
  /** Support vectors, their coefficients per pair [pairs, vectors], and intercepts [pairs]. */
  readonly expansion: KernelExpansion;
  protected readonly calibrations: readonly PairCalibration[];
  readonly #origin: Origin;
  readonly #linearAlgebra: LinearAlgebra;

  constructor(
    origin: Origin,
    parts: MachineParts,
    linearAlgebra: LinearAlgebra,
    diagnostics: Diagnostics,
  ) {
    super();
    this.#origin = { id: origin.id, name: origin.name };
    this.task = parts.task;
    this.nFeatures = parts.expansion.vectors.columns;
    this.pairs = parts.pairs;
    this.expansion = parts.expansion;
    this.calibrations = parts.calibrations;
    this.#linearAlgebra = linearAlgebra;
    this.diagnostics = diagnostics;
  }

  /** Scores [rows, pairs], positive for the first class of each pair in {@link pairs}. */
  async scores(x: MatrixInput, run?: RunOptions): Promise<DenseMatrix> {
    const who = this.#origin.name;
    const rows = checkRows(who, x, this.nFeatures);
    return evaluateExpansion(who, this.#linearAlgebra, this.expansion, rows, run);
  }

  override async predictEncoded(x: MatrixInput, run?: RunOptions): Promise<Float64Array> {
    const scores = await this.scores(x, run);
    const votes = denseMatrix(scores.rows, this.task.classes.length);
    for (let i = 0; i < scores.rows; i++) {
      this.pairs.forEach(([first, second], k) => {
        const winner = scores.data[i * scores.columns + k] > 0 ? first : second;
        votes.data[i * votes.columns + winner]++;
      });
    }
    return largestColumn(votes);
  }

  override toState(): FittedState {
    return {
      id: this.#origin.id,
      version: 1,
      values: {
        classes: taskValue(this.task),
        nFeatures: this.nFeatures,
        kernel: kernelValue(this.expansion.kernel),
      },
      arrays: {
        ...expansionArrays(this.expansion),
        ...calibrationArrays(this.calibrations),
        pairs: { shape: [this.pairs.length, 2], data: Float64Array.from(this.pairs.flat()) },
      },
      parts: {},
    };
  }
}

/** A fitted kernel SVM with calibrated scores; it predicts the class of the largest probability. */
export class CalibratedSupportVectorModel extends SupportVectorModel {
  override async predictEncoded(x: MatrixInput, run?: RunOptions): Promise<Float64Array> {
    return largestColumn(await this.predictProba(x, run));
  }

  override async predictProba(x: MatrixInput, run?: RunOptions): Promise<DenseMatrix> {
    const scores = await this.scores(x, run);
    const probabilities = denseMatrix(scores.rows, this.task.classes.length);
    const present = [...new Set(this.pairs.flat())].sort((a, b) => a - b);
    const position = new Map(present.map((c, a) => [c, a]));
    const wins = new Float64Array(present.length ** 2);
    const shares = new Float64Array(present.length);
    for (let i = 0; i < scores.rows; i++) {
      for (const [k, [first, second]] of this.pairs.entries()) {
        const p = pairProbability(this.calibrations[k], scores.data[i * scores.columns + k]);
        const a = position.get(first) ?? 0;
        const b = position.get(second) ?? 0;
        wins[a * present.length + b] = p;
        wins[b * present.length + a] = 1 - p;
      }
      couplePairs(wins, shares);
      for (let a = 0; a < present.length; a++) {
        probabilities.data[i * probabilities.columns + present[a]] = shares[a];
      }
    }
    return probabilities;
  }
}

/** The model of these parts: with probabilities where they hold calibrations. */
export function makeMachine(
  origin: Origin,
  parts: MachineParts,
  linearAlgebra: LinearAlgebra,
  diagnostics: Diagnostics,
): SupportVectorModel {
  return parts.calibrations.length > 0
    ? new CalibratedSupportVectorModel(origin, parts, linearAlgebra, diagnostics)
    : new SupportVectorModel(origin, parts, linearAlgebra, diagnostics);
}

/** Reads what {@link SupportVectorModel} wrote for `origin`. */
export function restoreMachine(
  origin: Origin,
  state: FittedState,
  context: RestoreContext,
): SupportVectorModel {
  const reader = new StateReader(state, origin.id, 1);
  const expansion = readExpansion(state, reader, reader.number('nFeatures', true));
  const nPairs = expansion.intercepts.length;
  const flat = reader.array('pairs', nPairs, 2);
  const parts = {
    task: readClassification(state, reader),
    pairs: Array.from({ length: nPairs }, (_, k) => [flat[2 * k], flat[2 * k + 1]] as const),
    expansion,
    calibrations: readCalibrations(reader, nPairs),
  };
  return makeMachine(origin, parts, context.linearAlgebra, { warnings: [] });
}
