import { denseMatrix, type StateArray, type StateReader } from '@graft-ml/core';
import { minimizeLogisticLoss } from '@graft-ml/learners';
import { evaluateCurve, fitIsotonicCurve, type IsotonicCurve } from '@graft-ml/numerics';

/** A map of probabilities to better ones; none for the identity. */
export type Calibration =
  | { readonly type: 'none' }
  | { readonly type: 'platt'; readonly slope: number; readonly intercept: number }
  | { readonly type: 'isotonic'; readonly curve: IsotonicCurve };

/** Fits the map on probabilities of rows that the model had not seen. `domains` holds 1 where the event happened.
 *
 * platt: P = 1/(1 + exp(−(slope·logit(p) + intercept))) by logistic regression (platt1999), its slope with a penalty of
 * 1e-3 so that separable scores have one too. isotonic: the non-decreasing step fit (zadrozny2002), joined by lines.
 */
export function fitCalibration(
  type: Calibration['type'],
  scores: { readonly probabilities: Float64Array; readonly domains: Float64Array },
): Calibration {
  const { probabilities, domains } = scores;
  if (type === 'none') return { type };
  if (type === 'isotonic') return { type, curve: fitIsotonicCurve(probabilities, domains) };
  const { coefficients, intercepts } = minimizeLogisticLoss({
    x: denseMatrix(probabilities.length, 1, probabilities.map(logit)),
    y: domains,
    nClasses: 2,
    regularization: 1e-3,
    tolerance: 1e-9,
  });
  return { type, slope: coefficients.data[0], intercept: intercepts[0] };
}

/** The calibrated probabilities, as a new array. */
export function applyCalibration(
  calibration: Calibration,
  probabilities: Float64Array,
): Float64Array {
  if (calibration.type === 'none') return Float64Array.from(probabilities);
  if (calibration.type === 'isotonic') {
    const { curve } = calibration;
    return probabilities.map((p) => evaluateCurve(curve, p));
  }
  const { slope, intercept } = calibration;
  return probabilities.map((p) => 1 / (1 + Math.exp(-(slope * logit(p) + intercept))));
}

export function calibrationToState(
  calibration: Calibration,
  k: number,
): Readonly<Record<string, StateArray>> {
  const pack = (name: string, values: ArrayLike<number>) => ({
    [`${name} ${k}`]: { shape: [values.length], data: Float64Array.from(values) },
  });
  if (calibration.type === 'platt') {
    return pack('platt', [calibration.slope, calibration.intercept]);
  }
  if (calibration.type === 'none') return {};
  return { ...pack('curve x', calibration.curve.x), ...pack('curve y', calibration.curve.y) };
}

export function calibrationFromState(reader: StateReader, k: number): Calibration {
  if (reader.has(`platt ${k}`)) {
    const [slope, intercept] = reader.array(`platt ${k}`, 2);
    return { type: 'platt', slope, intercept };
  }
  if (!reader.has(`curve x ${k}`)) return { type: 'none' };
  const x = reader.array(`curve x ${k}`, -1);
  return { type: 'isotonic', curve: { x, y: reader.array(`curve y ${k}`, x.length) } };
}

/** log(p/(1 − p)), p kept 1e-12 away from 0 and 1. */
function logit(p: number): number {
  const inside = Math.min(1 - 1e-12, Math.max(1e-12, p));
  return Math.log(inside / (1 - inside));
}
