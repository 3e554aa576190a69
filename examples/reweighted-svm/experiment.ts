import type {
  DenseMatrix,
  LabelledInput,
  Learner,
  MatrixInput,
  ProblemInput,
} from '@graft-ml/core';
import { denseMatrix, toDense, toMatrix } from '@graft-ml/core';
import { curvedBoundary } from '@graft-ml/datasets';
import { ClassifierDensityRatio, KernelMeanMatching } from '@graft-ml/instance-based';
import {
  LogisticRegression,
  SupportVectorClassifier,
  type SupportVectorModel,
} from '@graft-ml/learners';
import { effectiveSampleSize } from '@graft-ml/numerics';

export interface Setting {
  /** γ of the machine's kernel: 0.1 is too wide for the boundary, 1 is not. */
  readonly gamma: number;
  /** The share of source labels that are flipped. Default 0. */
  readonly labelNoise?: number;
  /** Rows to judge by. Default 4000. */
  readonly nTest?: number;
}

/** A machine taught with one kind of weights. */
export interface Outcome {
  readonly weighting: Weighting;
  /** Wall time of finding the weights and fitting the machine. */
  readonly seconds: number;
  /** Of the source rows, mean 1. */
  readonly weights: Float64Array;
  readonly effectiveRows: number;
  readonly model: SupportVectorModel;
  /** Encoded classes of the rows to judge by, and the share of them that is wrong. */
  readonly predicted: Float64Array;
  readonly error: number;
}

export interface Trial {
  readonly source: { readonly x: DenseMatrix; readonly y: Float64Array };
  /** The target rows that weights were found with; their labels are not used. */
  readonly target: DenseMatrix;
  /** Labels of the rows to judge by. */
  readonly labels: Float64Array;
  readonly outcomes: readonly Outcome[];
}

export type Weighting = (typeof weightings)[number];

/** In the order they are shown; the first is what the others are measured against. */
export const weightings = [
  'none',
  'true density ratio',
  'domain classifier',
  'kernel mean matching',
  'kernel mean matching, γ = 1, B = 5',
] as const;

/** 200 source rows, 200 unlabelled target rows, C = 10; every weighting with the same machine, judged on fresh target rows. */
export async function runTrial(
  seed: number,
  { gamma, labelNoise = 0, nTest = 4000 }: Setting,
): Promise<Trial> {
  const nTarget = 200;
  const made = curvedBoundary({ seed, labelNoise, nTarget: nTarget + nTest });
  const { source, target } = made.problem;
  const rows = (from: number, to: number) =>
    denseMatrix(to - from, 2, target.x.data.slice(2 * from, 2 * to));
  const [seen, test] = [rows(0, nTarget), rows(nTarget, nTarget + nTest)];
  const labels = made.evaluation.y.slice(nTarget);
  const problem = { ...made.problem, target: { ...target, x: seen } };
  const machine = new SupportVectorClassifier({ kernel: 'rbf', gamma, regularization: 0.1 });
  const outcomes: Outcome[] = [];
  for (const weighting of weightings) {
    const start = performance.now();
    const weights = await weigh(weighting, problem, made.densityRatio);
    const model = await machine.fit({ ...problem, source: { ...source, weights } });
    const seconds = (performance.now() - start) / 1000;
    const predicted = await model.predictEncoded(test);
    const error = predicted.filter((label, i) => label !== labels[i]).length / nTest;
    const effectiveRows = effectiveSampleSize(weights);
    outcomes.push({ weighting, seconds, weights, effectiveRows, model, predicted, error });
  }
  return { source, target: seen, labels, outcomes };
}

async function weigh(
  weighting: Weighting,
  problem: ProblemInput,
  densityRatio: Float64Array,
): Promise<Float64Array> {
  if (weighting === 'none') return new Float64Array(densityRatio.length).fill(1);
  if (weighting === 'true density ratio') {
    const mean = densityRatio.reduce((sum, value) => sum + value, 0) / densityRatio.length;
    return densityRatio.map((value) => value / mean);
  }
  const strategy =
    weighting === 'domain classifier'
      ? new ClassifierDensityRatio({}, { classifier: new LogisticOnSquares() })
      : weighting === 'kernel mean matching'
        ? new KernelMeanMatching()
        : new KernelMeanMatching({ gamma: 1, maxWeight: 5 });
  const adapted = await strategy.fit(problem);
  return adapted.problem.sources[0]!.weights!;
}

/** Logistic regression that also sees the square of the first feature: the log of the true density ratio is of that form. */
class LogisticOnSquares implements Learner {
  readonly produces = 'model';
  readonly options = {};

  async fit(data: ProblemInput | LabelledInput) {
    const { x, y, task } = data as LabelledInput;
    const model = await new LogisticRegression().fit({
      x: withSquare(x),
      y,
      ...(task ? { task } : {}),
    });
    const predictProba = model.predictProba.bind(model);
    return Object.assign(model, {
      predictProba: (rows: MatrixInput) => predictProba(withSquare(rows)),
    });
  }
}

function withSquare(x: MatrixInput): DenseMatrix {
  const { rows, data } = toDense(toMatrix(x, 'withSquare', 'x'));
  const wider = denseMatrix(rows, 3);
  for (let i = 0; i < rows; i++) {
    const [first, second] = [data[2 * i]!, data[2 * i + 1]!];
    wider.data.set([first, second, first * first], 3 * i);
  }
  return wider;
}
