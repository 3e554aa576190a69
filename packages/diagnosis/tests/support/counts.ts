import { type FeatureKind, type PlainProblem, toMatrix, toProblem } from '@graft-ml/core';
import type { RandomSource } from '@graft-ml/numerics';
import { occurrenceShift } from '../../src/shift-tests/occurrence-shift.js';

/** Rows of 12 words on average, from a vocabulary in which word j has a share ∝ 1/(j + 2). `burst`: chance that a word is
 * one that the row has already, as in texts.
 */
export function texts(random: RandomSource, rows: number, nWords: number, burst = 0): number[][] {
  const shares = Array.from({ length: nWords }, (_, j) => 1 / (j + 2));
  const sum = shares.reduce((a, b) => a + b, 0);
  const draw = () => {
    let rest = sum * random.uniform();
    const word = shares.findIndex((share) => (rest -= share) < 0);
    return word < 0 ? nWords - 1 : word;
  };
  return Array.from({ length: rows }, () => {
    const words: number[] = [];
    const length = 4 + random.integer(17);
    while (words.length < length) {
      const again = words.length > 0 && random.uniform() < burst;
      words.push(again ? words[random.integer(words.length)]! : draw());
    }
    const counts = new Array<number>(nWords).fill(0);
    for (const word of words) counts[word]!++;
    return counts;
  });
}

/** The tests of occurrence alone, of all features as counts. */
export function occurrenceOf(
  { source, target }: Required<Pick<PlainProblem, 'source' | 'target'>>,
  kind: FeatureKind = 'count',
  run?: Parameters<typeof occurrenceShift>[3],
) {
  const { columns } = toMatrix(source.x, 'test', 'x');
  const shared = { featureKinds: new Array<FeatureKind>(columns).fill(kind) };
  const problem = toProblem({ source: { ...shared, ...source }, target: { ...shared, ...target } });
  return occurrenceShift(problem.sources[0]!, problem.target, 0.05, run);
}
