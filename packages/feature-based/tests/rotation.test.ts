import { denseMatrix, type ProblemStrategy } from '@graft-ml/core';
import {
  AdaptationRegularization,
  JointGeometricalAlignment,
  JointProbabilityAdaptation,
  ManifoldEmbeddedAlignment,
  ScatterComponentAnalysis,
  TransferJointMatching,
  TransferSubspaceLearning,
} from '@graft-ml/feature-based';
import { randomSource, referenceLinearAlgebra } from '@graft-ml/numerics';
import { largestGap, valuesOf } from './support/measure.js';
import { labels, movedClasses } from './support/moved-classes.js';

const { multiply, qr, squaredDistances } = referenceLinearAlgebra;

const { xs, xt } = movedClasses();
const random = randomSource(6);
const turn = qr(
  denseMatrix(
    6,
    6,
    Float64Array.from({ length: 36 }, () => random.normal()),
  ),
).q;
const matrixOf = (rows: number[][]) => denseMatrix(rows.length, 6, Float64Array.from(rows.flat()));
const turned = (rows: number[][]) => multiply(matrixOf(rows), turn);

describe('features in another orthonormal basis change nothing', () => {
  it.each<[string, ProblemStrategy]>([
    ['JGSA', new JointGeometricalAlignment({ nComponents: 3 })],
    ['JPDA', new JointProbabilityAdaptation({ nComponents: 3 })],
    ['SCA', new ScatterComponentAnalysis()],
    ['SCA, rbf', new ScatterComponentAnalysis({ kernel: 'rbf' })],
    ['TJM', new TransferJointMatching({ nComponents: 3 })],
    ['TSL', new TransferSubspaceLearning({ tolerance: 1e-8 })],
  ])('%s: distances between embedded rows stay', async (_, method) => {
    const distances = async (source: typeof turn, target: typeof turn) => {
      const { problem } = await method.fit({
        source: { x: source, y: labels },
        target: { x: target },
      });
      const [a, b] = [problem.sources[0]!.x, problem.target.x];
      return valuesOf(squaredDistances(a, b));
    };
    const plain = await distances(matrixOf(xs), matrixOf(xt));
    const other = await distances(turned(xs), turned(xt));
    expect(largestGap(plain, other)).toBeLessThan(1e-6 * Math.max(...plain));
  });

  it.each([
    ['ARTL', new AdaptationRegularization()],
    ['ARTL, hinge', new AdaptationRegularization({ loss: 'hinge' })],
    ['ARTL, linear', new AdaptationRegularization({ kernel: 'linear' })],
    // The estimated balance deals rows by what they hold, and so differs a little.
    ['MEDA', new ManifoldEmbeddedAlignment({ balance: 0.5 })],
  ] as const)('%s: scores of new rows stay', async (_, method) => {
    const plain = await method.fit({ source: { x: xs, y: labels }, target: { x: xt } });
    const other = await method.fit({
      source: { x: turned(xs), y: labels },
      target: { x: turned(xt) },
    });
    const news = xt.slice(0, 9).map((row) => row.map((value) => value + 0.3));
    const gap = largestGap(
      (await plain.scores(news)).data,
      (await other.scores(turned(news))).data,
    );
    expect(gap).toBeLessThan(1e-6);
  });
});
