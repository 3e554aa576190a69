import type { Estimator, Learner, Model, ProblemInput, ProblemStrategy } from '@graft-ml/core';
import { priorShift, relatedSources, shimodairaRegression } from '@graft-ml/datasets';
import {
  BalancedWeighting,
  BlackBoxShift,
  ClassifierDensityRatio,
  EmPriorShift,
  GaussianRatio,
  HybridInstanceTransfer,
  KernelMeanMatching,
  Kliep,
  LinearDiscrepancyMinimization,
  MmdTargetShift,
  MultiSourceTrAdaBoost,
  Pooling,
  PosteriorCorrection,
  Rlls,
  SourceMixture,
  TargetOnly,
  TrAdaBoost,
  Ulsif,
} from '@graft-ml/instance-based';
import {
  accuracy,
  LogisticRegression,
  meanSquaredError,
  RidgeRegression,
  rocAuc,
} from '@graft-ml/learners';
import { RegularizedTransferClassifier } from '@graft-ml/parameter-based';
import { customers } from './customers.js';

/** A problem of one seed, and how well a model does on its target. */
export interface Instance {
  readonly problem: ProblemInput;
  readonly score: (model: Model) => Promise<number>;
}

export interface Case {
  readonly id: string;
  readonly title: string;
  readonly measure: string;
  /** Whether larger scores are better. */
  readonly rising: boolean;
  readonly make: (seed: number) => Instance;
  /** The learner after every strategy, and on its own as source-only. */
  readonly learner: Learner;
  readonly methods: readonly (readonly [name: string, method: () => ProblemStrategy | Estimator])[];
}

const logistic = new LogisticRegression();
const weighting = [
  ['classifier density ratio', () => new ClassifierDensityRatio()],
  ['Gaussian ratio', () => new GaussianRatio()],
  ['kernel mean matching', () => new KernelMeanMatching()],
  ['KLIEP', () => new Kliep()],
  ['uLSIF', () => new Ulsif()],
  ['linear discrepancy', () => new LinearDiscrepancyMinimization()],
] as const;
const withLabels = [
  ['target-only', () => new TargetOnly()],
  ['pooling', () => new Pooling()],
  ['balanced weighting', () => new BalancedWeighting()],
  ['hybrid instance transfer', () => new HybridInstanceTransfer()],
  ['TrAdaBoost', () => new TrAdaBoost({}, { learner: logistic })],
] as const;

/** What weights and boosting bring on four problems of the suite, each with the baseline it is measured against. */
export const cases: readonly Case[] = [
  {
    id: 'G1',
    title: 'a line through a cubic, seen through another window',
    measure: 'mean squared error',
    rising: false,
    make: (seed) => {
      const { problem, evaluation } = shimodairaRegression({ seed });
      const judge = (predicted: Float64Array) => meanSquaredError(evaluation.y, predicted);
      return {
        problem,
        score: async (model) => judge(await model.predictEncoded(problem.target.x)),
      };
    },
    learner: new RidgeRegression({ regularization: 1e-6 }),
    methods: weighting,
  },
  {
    id: 'G6',
    title: 'class shares go from 50/50 to 90/10',
    measure: 'accuracy',
    rising: true,
    make: (seed) => judgedByAccuracy(priorShift({ seed })),
    learner: logistic,
    methods: [
      ['EM', () => new EmPriorShift()],
      ['black-box shift', () => new BlackBoxShift()],
      ['RLLS', () => new Rlls()],
      ['MMD target shift', () => new MmdTargetShift()],
      ['posterior correction', () => new PosteriorCorrection()],
    ],
  },
  {
    id: 'G7',
    title: 'five sources of which two help, 20 labelled target rows',
    measure: 'accuracy',
    rising: true,
    make: (seed) => judgedByAccuracy(relatedSources({ seed, nLabelled: 20 })),
    learner: logistic,
    methods: [
      ...withLabels,
      ['MultiSourceTrAdaBoost', () => new MultiSourceTrAdaBoost({}, { learner: logistic })],
      ['source mixture, by rows', () => new SourceMixture()],
      ['source mixture, by rows and labels', () => new SourceMixture({ match: 'rows and labels' })],
    ],
  },
  newClient('a new client much like the old one, 40 labelled users', 0.5, 40),
  newClient('a new client unlike the old one, 80 labelled users', 1.2, 80),
];

/** One user in ten leaves, so models are judged by how they rank. */
function newClient(title: string, difference: number, nLabelled: number): Case {
  return {
    id: 'G20',
    title: `${title}, one in ten of whom leaves`,
    measure: 'area under the ROC curve',
    rising: true,
    make: (seed) => {
      const { problem, evaluation } = customers({ seed, difference, nLabelled });
      return {
        problem,
        score: async (model) => {
          const { data } = await model.predictProba!(problem.target.x);
          return rocAuc(
            evaluation.y,
            data.filter((_, p) => p % 2 === 1),
          );
        },
      };
    },
    learner: logistic,
    methods: [
      ...withLabels,
      weighting[0],
      ['regularized transfer', () => new RegularizedTransferClassifier()],
    ],
  };
}

function judgedByAccuracy({
  problem,
  evaluation,
}: {
  readonly problem: ProblemInput & {
    readonly target: { readonly x: Parameters<Model['predict']>[0] };
  };
  readonly evaluation: { readonly y: Float64Array };
}): Instance {
  const judge = (predicted: Float64Array) => accuracy(evaluation.y, predicted);
  return { problem, score: async (model) => judge(await model.predictEncoded(problem.target.x)) };
}

/** Scores of one seed: of source-only first, then of each method. */
export async function scoresOf(given: Case, seed: number): Promise<number[]> {
  const { problem, score } = given.make(seed);
  const scores = [await score(await given.learner.fit(problem, { seed }))];
  for (const [, make] of given.methods) {
    const method = make();
    const fitted =
      method.produces === 'model'
        ? await method.fit(problem, { seed })
        : await given.learner.fit((await method.fit(problem, { seed })).problem, { seed });
    scores.push(await score(fitted));
  }
  return scores;
}
