import { randomSource } from '@graft-ml/numerics';

export const rowLabels = Array.from({ length: 60 }, (_, i) => ['a', 'b', 'c'][i % 3]!);

/** Three groups in a row, 4 apart and 0.5 wide, moved along the row: by 2.4 they are nearer to the next group than to their own. */
export function movedRows(move: number, seed = 31): number[][] {
  const random = randomSource(seed + (move > 0 ? 1 : 0));
  return rowLabels.map((_, i) => [4 * (i % 3) + move + 0.5 * random.normal(), random.normal()]);
}
