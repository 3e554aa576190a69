import type { Diagnostics, FittedState } from '@graft-ml/core';
import {
  LinearClassifierModel,
  LogisticModel,
  type LinearParts,
  type Origin,
} from '@graft-ml/learners';

/** The loss a classifier was fitted with; it decides whether there are probabilities. */
export type ClassifierLoss = 'logistic' | 'squared';

/** A linear classifier that remembers in its state which loss it comes from. */
export function transferredClassifier(
  origin: Origin,
  loss: ClassifierLoss,
  parts: LinearParts,
  diagnostics: Diagnostics,
): LogisticModel | LinearClassifierModel {
  return loss === 'logistic'
    ? new TransferredLogisticModel(parts, diagnostics, origin)
    : new TransferredSquaredModel(origin, parts, diagnostics);
}

class TransferredLogisticModel extends LogisticModel {
  override toState(): FittedState {
    return withLoss(super.toState(), 'logistic');
  }
}

class TransferredSquaredModel extends LinearClassifierModel {
  override toState(): FittedState {
    return withLoss(super.toState(), 'squared');
  }
}

function withLoss(state: FittedState, loss: ClassifierLoss): FittedState {
  return { ...state, values: { ...state.values, loss } };
}
