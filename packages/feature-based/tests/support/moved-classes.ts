import { randomSource } from '@graft-ml/numerics';

export const labels = Array.from({ length: 60 }, (_, i) => ['ant', 'bee', 'cow'][i % 3]!);

/** Three groups in 6-space, each moved its own way in the target: means per class differ more than the overall mean. */
export function movedClasses(seed = 2) {
  const random = randomSource(seed);
  const centres = [
    [3, 0, 0, 0, 0, 0],
    [0, 3, 0, 0, 0, 0],
    [0, 0, 3, 0, 0, 0],
  ];
  const moves = [
    [-0.6, 1.2, 0, 3, -1.8, 0],
    [0, -0.6, 1.2, -1.8, 3, 0],
    [1.2, 0, -0.6, -1.2, -1.2, 2.4],
  ];
  const rows = (move: number) =>
    labels.map((_, i) =>
      centres[i % 3]!.map((m, j) => m + move * moves[i % 3]![j]! + random.normal()),
    );
  return { xs: rows(0), xt: rows(1) };
}
