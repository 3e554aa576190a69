import {
  TransferError,
  type Diagnostics,
  type FittedState,
  type StateReader,
} from '@graft-ml/core';
import {
  LinearClassifierModel,
  LogisticModel,
  type LinearParts,
  type Origin,
} from '@graft-ml/learners';

/** The loss a classifier was fitted with; it decides whether there are probabilities. */
export type ClassifierLoss = 'logistic' | 'squared';

/** The loss a state names. Errors: `INVALID_ARTEFACT` for one that is not known. */
export function readLoss(reader: StateReader, who: string): ClassifierLoss {
  const loss = reader.value('loss');
  if (loss === 'logistic' || loss === 'squared') return loss;
  throw new TransferError({
    code: 'INVALID_ARTEFACT',
    who,
    message: `cannot be read back: the loss ${JSON.stringify(loss)} is not known.`,
    details: { received: loss },
  });
}

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
