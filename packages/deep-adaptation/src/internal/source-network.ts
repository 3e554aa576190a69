import {
  type JsonObject,
  type Model,
  type RunOptions,
  sameLabelSpace,
  type Task,
  TransferError,
  type TransferProblem,
} from '@graft-ml/core';
import { NetworkModel } from '../network-model.js';
import type { StartingPoint } from './starting-point.js';

export type SourceModels = RunOptions & { readonly sourceModels?: readonly Model[] };

/** The one model handed in, checked. */
export function givenModel(
  columns: number,
  run: SourceModels | undefined,
): NetworkModel | undefined {
  const given = run?.sourceModels;
  if (!given) return undefined;
  const [model] = given;
  if (given.length !== 1 || !(model instanceof NetworkModel)) {
    throw new TransferError({
      code: 'UNSUPPORTED',
      who: 'FineTuning',
      message: `starts from one network of this package as "sourceModels"; received ${given.map((m) => m.constructor.name).join(', ') || 'none'}. Train a NeuralNetwork on the sources first.`,
      details: { argument: 'sourceModels', received: given.length },
    });
  }
  if (model.nFeatures === columns) return model;
  throw new TransferError({
    code: 'SHAPE_MISMATCH',
    who: 'FineTuning',
    message: `"sourceModels": the network takes ${model.nFeatures} features, the target has ${columns}.`,
    details: { argument: 'sourceModels', expected: columns, received: model.nFeatures },
  });
}

/** The weights to start with; the head comes along where the label sets are the same. */
export function startingPoint({ parts, task }: NetworkModel, target: Task): StartingPoint {
  const { featureWeights, headWeights, scaling, valueScaling } = parts;
  if (!sameLabelSpace(task, target)) return { featureWeights, scaling };
  return { featureWeights, headWeights, scaling, valueScaling };
}

/** How much of the network was kept, and what it still knows of the source. */
export async function forgetting(
  { sources, target }: TransferProblem,
  before: NetworkModel,
  after: NetworkModel,
): Promise<JsonObject> {
  const headKept = sameLabelSpace(before.task, target.task);
  if (!headKept || after.task.kind === 'regression') return { headKept };
  let rows = 0;
  let [right, rightAfter] = [0, 0];
  for (const { x, y } of sources) {
    const known = await before.predictEncoded(x);
    const kept = await after.predictEncoded(x);
    y?.forEach((label, i) => {
      rows++;
      if (known[i] === label) right++;
      if (kept[i] === label) rightAfter++;
    });
  }
  return {
    headKept,
    sourceAccuracyBefore: right / rows,
    sourceAccuracyAfter: rightAfter / rows,
  };
}
