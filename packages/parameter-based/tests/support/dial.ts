import { negativeTransferDial } from '@graft-ml/datasets';

export interface Sample {
  readonly x: number[][];
  readonly y: number[];
}

/** Linear tasks in 10 dimensions whose weight vectors are `angle` degrees apart: values, or with `classes` their signs. */
export function dial(seed: number, angle: number, nLabelled: number, classes = false) {
  const options = { nFeatures: 10, nSource: 150, nTarget: 200, noise: 0.5 };
  const { problem, evaluation } = negativeTransferDial({ ...options, seed, angle, nLabelled });
  const sample = (x: { data: Float64Array; rows: number }, values: Float64Array): Sample => ({
    x: Array.from({ length: x.rows }, (_, i) => Array.from(x.data.subarray(10 * i, 10 * i + 10))),
    y: Array.from(values, (value) => (classes ? Number(value > 0) : value)),
  });
  const { source, target } = problem;
  return {
    source: sample(source.x, source.y),
    labelled: sample(target.labelled!.x, target.labelled!.y),
    test: sample(target.x, evaluation.y),
  };
}

/** Mean over seeds 1 … 10. */
export async function meanOf(measure: (seed: number) => Promise<number>): Promise<number> {
  let sum = 0;
  for (let seed = 1; seed <= 10; seed++) sum += await measure(seed);
  return sum / 10;
}
