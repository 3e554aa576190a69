import { randomSource, type RandomSource } from '@graft-ml/numerics';
import { checkCounts, checkRange } from '../internal/check-options.js';
import { columnNames, dot, normalMatrix, turned, unitVector } from '../internal/draw.js';
import type { KnownProblem } from '../known-problem.js';

export interface NegativeTransferDialOptions {
  /** Default 0. */
  readonly seed?: number;
  /** The angle between the weight vectors of source and target, in degrees; 0 (one task) to 180 (opposed), default 60. */
  readonly angle?: number;
  /** At least 2, default 20. */
  readonly nFeatures?: number;
  /** Source rows. Default 500. */
  readonly nSource?: number;
  /** Labelled target rows. Default 10. */
  readonly nLabelled?: number;
  /** Unlabelled target rows. Default 500. */
  readonly nTarget?: number;
  /** Standard deviation of the noise on every label, at least 0, default 0.7. */
  readonly noise?: number;
}

/** G22: two linear tasks at an angle that can be dialled from help to harm.
 *
 * x ~ N(0, I) in both domains;   source y = ws·x + N(0, noise²),   target y = wt·x + N(0, noise²);   |ws| = |wt| = 1
 *
 * Only P(Y|X) differs. With the defaults and ridge (regularization 2), learning from both domains at once becomes worse than from
 * the labelled target rows alone near 56° with 10 of them, near 22° with 100: the more is known, the earlier transfer harms.
 * Example  const { problem, evaluation, targetWeights } = negativeTransferDial({ angle: 90 });
 */
export function negativeTransferDial(
  options: NegativeTransferDialOptions = {},
): KnownProblem & { readonly sourceWeights: Float64Array; readonly targetWeights: Float64Array } {
  const who = 'negativeTransferDial';
  const { seed = 0, angle = 60, nFeatures = 20, nSource = 500 } = options;
  const { nLabelled = 10, nTarget = 500, noise = 0.7 } = options;
  checkCounts(who, { nSource, nLabelled, nTarget });
  checkCounts(who, { nFeatures }, 2);
  checkRange(who, { angle }, 0, 180);
  checkRange(who, { noise }, 0);
  const random = randomSource(seed);
  const targetWeights = unitVector(random.stream('target weights'), nFeatures);
  const sourceWeights = turned(random.stream('turn'), targetWeights, angle);
  const draw = (stream: RandomSource, n: number, w: Float64Array) => {
    const x = normalMatrix(stream, n, nFeatures);
    const y = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const row = x.data.subarray(i * nFeatures, (i + 1) * nFeatures);
      y[i] = dot(row, w) + noise * stream.normal();
    }
    return { x, y };
  };
  const target = draw(random.stream('target'), nTarget, targetWeights);
  const featureNames = columnNames(nFeatures);
  return {
    problem: {
      source: {
        name: 'source',
        featureNames,
        ...draw(random.stream('source'), nSource, sourceWeights),
      },
      target: {
        name: 'target',
        featureNames,
        x: target.x,
        labelled: draw(random.stream('labelled'), nLabelled, targetWeights),
      },
      task: 'regression',
    },
    evaluation: { y: target.y },
    sourceWeights,
    targetWeights,
  };
}
