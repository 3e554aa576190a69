import type { DenseMatrix } from '@graft-ml/core';
import { randomSource, type RandomSource } from '@graft-ml/numerics';
import { checkCounts, checkRange } from '../internal/check-options.js';
import { columnNames, dot, normalMatrix, turned, unitVector } from '../internal/draw.js';
import type { KnownProblem, MadeMultiProblem, MadeSource } from '../known-problem.js';

export interface RelatedSourcesOptions {
  /** Default 0. */
  readonly seed?: number;
  /** Rows of each source. Default 100. */
  readonly nSource?: number;
  /** Unlabelled target rows. Default 300. */
  readonly nTarget?: number;
  /** Labelled target rows beside them; the suite uses 10 to 50. Default 20. */
  readonly nLabelled?: number;
  /** At least 2, default 5. */
  readonly nFeatures?: number;
  /** How far the related sources' boundaries are turned, in degrees; 0 to 90, default 10. */
  readonly angle?: number;
}

/** What the labels of a source have to do with the target's. */
export type Relation = 'related' | 'flipped' | 'random';

/** G7: five sources, of which two help.
 *
 * x ~ N(0, I) in all domains;   target y = 1 where w·x > 0, w a random direction
 * related (2): the same with w turned by `angle`;   flipped (2): y = 1 where w·x < 0;   random (1): coin flips
 *
 * P(Y|X) differs. The order of the sources is random; `relations` names each.
 * Example  const { problem, evaluation, relations } = relatedSources({ seed: 1, nLabelled: 10 });
 */
export function relatedSources(
  options: RelatedSourcesOptions = {},
): KnownProblem<MadeMultiProblem> & { readonly relations: readonly Relation[] } {
  const who = 'relatedSources';
  const { seed = 0, nSource = 100, nTarget = 300, nLabelled = 20 } = options;
  const { nFeatures = 5, angle = 10 } = options;
  checkCounts(who, { nSource, nTarget, nLabelled });
  checkCounts(who, { nFeatures }, 2);
  checkRange(who, { angle }, 0, 90);
  const random = randomSource(seed);
  const direction = unitVector(random.stream('direction'), nFeatures);
  const relations = random
    .stream('order')
    .shuffle<Relation>(['related', 'related', 'flipped', 'flipped', 'random']);
  const featureNames = columnNames(nFeatures);
  const sources = relations.map((relation, k): MadeSource => {
    const stream = random.stream('sources').stream(k);
    const x = normalMatrix(stream, nSource, nFeatures);
    const w = relation === 'related' ? turned(stream, direction, angle) : direction;
    const y =
      relation === 'random'
        ? new Float64Array(nSource).map(() => stream.integer(2))
        : sideOf(x, w, relation === 'flipped');
    return { name: `source ${k + 1}`, featureNames, x, y };
  });
  const draw = (stream: RandomSource, n: number) => {
    const x = normalMatrix(stream, n, nFeatures);
    return { x, y: sideOf(x, direction, false) };
  };
  const target = draw(random.stream('target'), nTarget);
  return {
    problem: {
      sources,
      target: {
        name: 'target',
        featureNames,
        x: target.x,
        labelled: draw(random.stream('labelled'), nLabelled),
      },
      task: 'classification',
    },
    evaluation: { y: target.y },
    relations,
  };
}

function sideOf(x: DenseMatrix, w: Float64Array, flipped: boolean): Float64Array {
  const y = new Float64Array(x.rows);
  for (let i = 0; i < x.rows; i++) {
    const above = dot(x.data.subarray(i * x.columns, (i + 1) * x.columns), w) > 0;
    y[i] = above === flipped ? 0 : 1;
  }
  return y;
}
