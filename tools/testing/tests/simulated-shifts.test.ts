import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlainProblem, ProblemStrategy } from '@graft-ml/core';
import { classShifts, curvedBoundary, priorShift } from '@graft-ml/datasets';
import {
  Coral,
  JointDistributionAdaptation,
  TransferSubspaceLearning,
} from '@graft-ml/feature-based';
import { EmPriorShift, Ulsif } from '@graft-ml/instance-based';
import { LogisticRegression } from '@graft-ml/learners';
import { randomSource } from '@graft-ml/numerics';

const page = readFileSync(join(__dirname, '../../../docs/simulated-shifts.md'), 'utf8');
const names = ['covariate', 'target', 'conditional', 'subspace'] as const;

interface Row {
  readonly family: string;
  readonly method: string;
  /** Mean accuracy and its standard error on each shift. */
  readonly cells: readonly (readonly [mean: number, error: number])[];
}

const rows = page.split('\n').flatMap((line): Row[] => {
  const [, family = '', method = '', ...rest] = line.split('|').map((cell) => cell.trim());
  const cells = rest.slice(0, 4).map((cell) => cell.split(' ± ').map(Number));
  if (cells.length < 4 || cells.some(([mean]) => !(mean! > 0))) return [];
  return [{ family, method, cells: cells.map(([mean, error]) => [mean!, error!] as const) }];
});

describe('the page of the simulated shifts', () => {
  it.each([
    ['covariate', 'weights of rows'],
    ['target', 'weights of classes'],
    ['conditional', 'class by class'],
    ['subspace', 'subspace'],
  ] as const)(
    'has for the %s shift the best method among "%s", two errors above no transfer',
    (shift, family) => {
      expect(rows).toHaveLength(17);
      const at = names.indexOf(shift);
      const best = rows.reduce((a, b) => (b.cells[at]![0] > a.cells[at]![0] ? b : a));
      expect([shift, best.family]).toEqual([shift, family]);
      const [mean, error] = best.cells[at]!;
      const [without, alone] = rows.find(({ method }) => method === 'source only')!.cells[at]!;
      expect(mean - without).toBeGreaterThan(2 * Math.hypot(error, alone));
    },
  );
});

interface Drawn {
  readonly problem: PlainProblem;
  readonly evaluation: { readonly y: ArrayLike<unknown> };
}

const sizes = { nSource: 200, nTarget: 200 };

const draws: Readonly<Record<(typeof names)[number], (seed: number) => Drawn>> = {
  covariate: (seed) => curvedBoundary({ seed, ...sizes }),
  target: (seed) => priorShift({ seed, ...sizes }),
  conditional: (seed) => classShifts({ seed, ...sizes }),
  subspace: deceivingDirection,
};

/** Mean accuracy over seeds 1 to 5 of a logistic regression after the method. */
async function meanAccuracy(
  draw: (seed: number) => Drawn,
  method?: ProblemStrategy,
): Promise<number> {
  let sum = 0;
  for (let seed = 1; seed <= 5; seed++) {
    const { problem, evaluation } = draw(seed);
    const adapted = method ? (await method.fit(problem)).problem : problem;
    const model = await new LogisticRegression().fit(adapted);
    const predicted = await model.predict(adapted.target.x);
    sum += predicted.filter((label, i) => label === evaluation.y[i]).length / predicted.length;
  }
  return sum / 5;
}

/** Two classes at ±1.5 along one direction in both domains; at ±3 along another in the source alone, where the target is noise. */
function deceivingDirection(seed: number): Drawn {
  const random = randomSource(seed);
  const y = Array.from({ length: 200 }, (_, i) => i % 2);
  const rowsOf = (along: number) =>
    y.map((c) =>
      Array.from({ length: 5 }, (_, j) => random.normal() + (c ? 1 : -1) * ([1.5, along][j] ?? 0)),
    );
  return { problem: { source: { x: rowsOf(3), y }, target: { x: rowsOf(0) } }, evaluation: { y } };
}

describe('on five draws of each shift, the right method', () => {
  it.each([
    ['covariate', new Ulsif(), 0.06],
    ['target', new EmPriorShift(), 0.076],
    ['conditional', new JointDistributionAdaptation(), 0.163],
    ['subspace', new TransferSubspaceLearning(), 0.148],
  ] as const)('gains on the %s shift, more than CORAL does', async (shift, method, gain) => {
    const without = await meanAccuracy(draws[shift]);
    const right = await meanAccuracy(draws[shift], method);
    expect(right - without).toBeCloseTo(gain, 2);
    expect(right).toBeGreaterThan(await meanAccuracy(draws[shift], new Coral()));
  });
});
