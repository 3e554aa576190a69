import { randomSource, type RandomSource } from '@graft-ml/numerics';
import type { FailedRun, FinishedRun, Projection, ReportInput } from '../src/index.js';

const digits = Array.from({ length: 10 }, (_, k) => k);
const rowsPerDomain = 750;
const evaluationRows = 1797;

interface Story {
  readonly recipe: string;
  readonly title: string;
  readonly summary: string;
  readonly accuracy: number;
  /** 1 lays the domains on top of each other, 0 leaves them apart; absent leaves the features alone. */
  readonly overlap?: number;
  readonly weighted?: boolean;
  readonly facts?: FinishedRun['diagnostics'];
  readonly warnings?: FinishedRun['warnings'];
}

const stories: readonly Story[] = [
  {
    recipe: 'source-only',
    title: 'Source-only',
    summary: 'Logistic regression trained on the source as it is.',
    accuracy: 0.652,
    facts: { iterations: 74, converged: true, stopReason: 'the gradient is below the tolerance' },
  },
  {
    recipe: 'coral',
    title: 'CORAL',
    summary: 'Gives the source the covariance of the target, then trains on it.',
    accuracy: 0.581,
    overlap: 0.35,
    facts: { facts: { regularization: 1e-5, conditionBefore: 48210.7, centred: false } },
    warnings: [
      {
        code: 'ILL_CONDITIONED',
        message:
          'The source covariance has condition number 1.6e8, so its inverse root magnifies noise. Raise "regularization" above 1e-5.',
      },
    ],
  },
  {
    recipe: 'coral-zscore',
    title: 'CORAL on z-scores',
    summary: 'Scales every feature per domain, then aligns covariances.',
    accuracy: 0.721,
    overlap: 0.8,
  },
  {
    recipe: 'subspace-alignment',
    title: 'Subspace alignment',
    summary: 'Rotates the leading components of the source onto those of the target.',
    accuracy: 0.66,
    overlap: 0.5,
    facts: { facts: { nComponents: 20 } },
  },
  {
    recipe: 'jda',
    title: 'JDA + logistic',
    summary:
      'Looks for components in which both the domains and each class lie close, with pseudo-labels of the target.',
    accuracy: 0.763,
    overlap: 0.95,
    facts: {
      iterations: 7,
      converged: true,
      stopReason: 'pseudo-labels no longer change',
      facts: {
        objectiveTrace: [0.412, 0.201, 0.166, 0.158, 0.157, 0.157, 0.157],
        nComponents: 30,
        kernel: 'linear',
      },
    },
  },
  {
    recipe: 'linear-monge',
    title: 'Linear Monge map',
    summary: 'Moves the source by the optimal map between two normal distributions.',
    accuracy: 0.74,
    overlap: 0.88,
  },
  {
    recipe: 'exact-ot',
    title: 'Exact optimal transport',
    summary: 'Carries every source row to the target rows it is matched with.',
    accuracy: 0.592,
    overlap: 0.9,
    facts: { iterations: 4812, converged: true, stopReason: 'the plan is optimal' },
  },
  {
    recipe: 'classifier-density-ratio',
    title: 'Classifier density ratio',
    summary: 'Weighs source rows by how much they look like target rows.',
    accuracy: 0.649,
    weighted: true,
    facts: {
      iterations: 31,
      converged: true,
      stopReason: 'the gradient is below the tolerance',
      facts: { domainAccuracy: 0.994 },
    },
    warnings: [
      {
        code: 'DOMAINS_SEPARABLE',
        message:
          'A classifier tells source from target in 99.4 % of rows, so hardly any source row stands for the target.',
      },
      {
        code: 'ESS_LOW',
        message:
          'The weights leave an effective 465 of 1500 rows. Bound them with "maxWeight" or choose a feature method.',
      },
    ],
  },
  {
    recipe: 'transfer-component-analysis',
    title: 'TCA',
    summary: 'Projects both domains to components with a small mean discrepancy.',
    accuracy: 0.698,
    overlap: 0.7,
  },
];

/** A made-up comparison of simulated and real digits: nine finished runs of all kinds and one that failed. Same seed, same input. */
export function sampleInput(seed = 0): ReportInput {
  const random = randomSource(seed);
  const before = digitCloud(random.stream('rows'), 0);
  const baseline = stories[0]!.accuracy;
  return {
    ...frame(seed),
    runs: [
      ...stories.map((story, k): FinishedRun => {
        const confusion = confusionOf(story.accuracy, random.stream(story.recipe));
        const accuracy = digits.reduce((sum, d) => sum + confusion[d]![d]!, 0) / evaluationRows;
        const half = 1.96 * Math.sqrt((accuracy * (1 - accuracy)) / evaluationRows);
        return {
          recipe: story.recipe,
          title: story.title,
          summary: story.summary,
          status: 'ok',
          isBaseline: k === 0,
          accuracy,
          interval: { low: accuracy - half, high: accuracy + half },
          ...(k === 0
            ? {}
            : {
                changeInterval: {
                  low: accuracy - baseline - 0.017,
                  high: accuracy - baseline + 0.017,
                },
              }),
          seconds: 0.31 + 1.7 * k * random.stream(k).uniform(),
          peakMemoryMb: 96 + 40 * k,
          warnings: story.warnings ?? [],
          projection: {
            before,
            ...(story.overlap === undefined
              ? {}
              : { after: digitCloud(random.stream('rows'), story.overlap) }),
          },
          ...(story.weighted ? { weights: weightsOf(random.stream('weights')) } : {}),
          confusion: { classes: digits, counts: confusion },
          diagnostics: story.facts ?? {},
        };
      }),
      failedRun,
    ],
  };
}

/** A comparison of two regressions, one of which makes it worse. */
export function sampleRegression(seed = 0): ReportInput {
  const random = randomSource(seed);
  const n = 300;
  const cloud = (shift: number): Projection => {
    const source = random.stream('source');
    const label = Array.from({ length: n }, () => 20 + 6 * source.normal());
    const domain = label.map((_, i) => i % 2);
    return {
      x: label.map((value, i) => value / 4 + source.normal() + shift * domain[i]!),
      y: label.map(() => source.normal()),
      domain,
      label,
      explained: [0.61, 0.14],
    };
  };
  const run = (recipe: string, title: string, rSquared: number): FinishedRun => ({
    recipe,
    title,
    summary: `${title} with ridge regression.`,
    status: 'ok',
    isBaseline: recipe === 'source-only',
    rSquared,
    meanSquaredError: 36 * (1 - rSquared),
    interval: { low: rSquared - 0.05, high: rSquared + 0.05 },
    seconds: 0.12,
    warnings: [],
    projection: { before: cloud(4), ...(recipe === 'source-only' ? {} : { after: cloud(0.5) }) },
    diagnostics: {},
  });
  const base = frame(seed);
  return {
    ...base,
    problem: { ...base.problem, task: { kind: 'regression' } },
    runs: [
      run('source-only', 'Source-only', 0.41),
      run('coral', 'CORAL', 0.29),
      run('regularized-transfer', 'Regularised transfer', 0.55),
    ],
  };
}

const failedRun: FailedRun = {
  recipe: 'procrustes',
  title: 'Orthogonal Procrustes',
  summary: 'Rotates the source onto the target along a few paired rows.',
  status: 'failed',
  isBaseline: false,
  seconds: 0.002,
  peakMemoryMb: 90,
  warnings: [],
  error: {
    code: 'INVALID_DATA',
    message:
      'OrthogonalProcrustes: needs "pairs": rows that correspond across domains. Add --pairs, or choose a method without.',
  },
};

function frame(seed: number): Omit<ReportInput, 'runs'> {
  return {
    formatVersion: 1,
    created: '2026-03-04T15:06:07.000Z',
    seed,
    versions: { graft: '0.1.0', node: '20.20.2', platform: 'linux x64' },
    settings: {
      command:
        'graft compare --source simulated-digits.csv --target real-digits.csv --label digit --recipes coral,coral-zscore,subspace-alignment,jda,linear-monge,exact-ot,classifier-density-ratio,transfer-component-analysis,procrustes --learner logistic --preprocess l1,zscore --seed 0 --report graft-report.html',
      recipes: stories.map(({ recipe }) => ({
        steps: [recipe],
        learner: { id: 'learners/logistic-regression', options: { regularization: 1 } },
      })),
    },
    problem: {
      task: { kind: 'classification', classes: digits },
      domains: [
        { name: 'simulated digits', role: 'source', rows: 1500, features: 64, labelledRows: 1500 },
        { name: 'real digits', role: 'target', rows: 1797, features: 64, labelledRows: 0 },
      ],
      evaluationRows,
      scenario: {
        featureSpacesDiffer: false,
        labelSpacesDiffer: false,
        marginalsDiffer: 'not tested',
        conditionalsDiffer: 'not tested',
        kind: 'homogeneous',
        supervision: 'transductive',
        nSources: 1,
      },
    },
  };
}

/** Ten clusters per domain; the target's are turned and moved, less so the more the domains overlap. */
function digitCloud(random: RandomSource, overlap: number): Projection {
  const x: number[] = [];
  const y: number[] = [];
  const domain: number[] = [];
  const label: number[] = [];
  for (let i = 0; i < 2 * rowsPerDomain; i++) {
    const d = i % 2;
    const digit = random.integer(10);
    const turn = d * (1 - overlap) * 0.7;
    const angle = (2 * Math.PI * (digit * 7)) / 10 + turn;
    const radius = 2.2 + (digit % 3);
    x.push(radius * Math.cos(angle) + d * (1 - overlap) * 4.5 + 0.6 * random.normal());
    y.push(0.8 * radius * Math.sin(angle) + d * (1 - overlap) * 1.5 + 0.6 * random.normal());
    domain.push(d);
    label.push(digit);
  }
  return { x, y, domain, label, explained: [0.213 + 0.1 * (1 - overlap), 0.117] };
}

/** Rows are real classes. The recalls vary, their mean is `accuracy`. */
function confusionOf(accuracy: number, random: RandomSource): number[][] {
  const noise = digits.map(() => 0.1 * random.normal());
  const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
  return digits.map((actual) => {
    const total = actual < 7 ? 180 : 179;
    const recall = Math.min(0.99, accuracy + noise[actual]! - mean);
    const row = new Array<number>(digits.length).fill(0);
    row[actual] = Math.round(total * recall);
    const chances = digits.map((other) => (other === actual ? 0 : random.uniform() ** 4));
    for (let i = row[actual]; i < total; i++) row[random.categorical(chances)]!++;
    return row;
  });
}

function weightsOf(random: RandomSource): NonNullable<FinishedRun['weights']> {
  const raw = Array.from({ length: 1500 }, () => Math.exp(1.1 * random.normal()));
  const mean = raw.reduce((sum, weight) => sum + weight, 0) / raw.length;
  const values = raw.map((weight) => weight / mean);
  const squares = values.reduce((sum, weight) => sum + weight * weight, 0);
  return { values, rows: values.length, effectiveSampleSize: values.length ** 2 / squares };
}
