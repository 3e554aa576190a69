import type { StateArray, StateReader } from '@graft-ml/core';
import type { IsotonicCurve } from '@graft-ml/numerics';
import {
  fitIsotonic,
  fitPlatt,
  isotonicProbability,
  type PlattCurve,
  plattProbability,
  plattTargets,
} from '../calibration.js';
import type { KernelRows } from './kernel-rows.js';
import { separatePair } from './separate-pair.js';

/** How the score of a pair of classes becomes the probability of its first class. */
export type PairCalibration =
  | { readonly type: 'platt'; readonly curve: Pick<PlattCurve, 'slope' | 'intercept'> }
  | { readonly type: 'isotonic'; readonly curve: IsotonicCurve };

/** The score of every row from machines that have not seen it: each fold is judged by what is learned on the others. */
export function outOfFoldScores(
  kernel: KernelRows,
  signs: Int8Array,
  upper: Float64Array,
  folds: Int32Array,
  tolerance: number,
): Float64Array {
  const scores = new Float64Array(signs.length);
  for (const fold of new Set(folds)) {
    const train = Int32Array.from(folds.keys()).filter((i) => folds[i] !== fold);
    const ownSigns = Int8Array.from(train, (i) => signs[i]);
    const ownUpper = Float64Array.from(train, (i) => upper[i]);
    const { coefficients, intercept } = separatePair(kernel, train, ownSigns, ownUpper, tolerance);
    for (let i = 0; i < scores.length; i++) {
      if (folds[i] !== fold) continue;
      const row = kernel.row(i);
      scores[i] = intercept;
      for (const j of train) scores[i] += coefficients[j] * row[j];
    }
  }
  return scores;
}

/** Fits the curve of a pair to out-of-fold scores. A rising curve is fitted to Platt's targets too: with 0 and 1 it would be sure at its ends. */
export function calibratePair(
  type: 'platt' | 'isotonic',
  scores: Float64Array,
  signs: Int8Array,
  weights: Float64Array,
): PairCalibration {
  const positive = Float64Array.from(signs, (sign) => (sign > 0 ? 1 : 0));
  if (type === 'platt') return { type, curve: fitPlatt(scores, positive, weights) };
  const { high, low } = plattTargets(positive, weights);
  const targets = positive.map((sign) => (sign === 1 ? high : low));
  return { type, curve: fitIsotonic(scores, targets, weights) };
}

// Kept away from 0 and 1, where coupling pairs has no answer.
const least = 1e-7;

/** The probability of the first class of the pair. */
export function pairProbability(calibration: PairCalibration, score: number): number {
  const p =
    calibration.type === 'platt'
      ? plattProbability(calibration.curve, score)
      : isotonicProbability(calibration.curve, score);
  return Math.min(1 - least, Math.max(least, p));
}

export function calibrationArrays(
  calibrations: readonly PairCalibration[],
): Record<string, StateArray> {
  return Object.fromEntries(
    calibrations.flatMap((calibration, k) => {
      if (calibration.type === 'platt') {
        const { slope, intercept } = calibration.curve;
        return [[`platt ${k}`, { shape: [2], data: Float64Array.of(slope, intercept) }]];
      }
      const { x, y } = calibration.curve;
      return [
        [`curve ${k} x`, { shape: [x.length], data: x }],
        [`curve ${k} y`, { shape: [y.length], data: y }],
      ];
    }),
  );
}

/** Reads what {@link calibrationArrays} wrote; none where nothing was calibrated. */
export function readCalibrations(reader: StateReader, nPairs: number): PairCalibration[] {
  return Array.from({ length: nPairs }, (_, k) => k).flatMap((k): PairCalibration[] => {
    if (reader.has(`platt ${k}`)) {
      const [slope, intercept] = reader.array(`platt ${k}`, 2);
      return [{ type: 'platt', curve: { slope, intercept } }];
    }
    if (!reader.has(`curve ${k} x`)) return [];
    const x = reader.array(`curve ${k} x`, -1);
    return [{ type: 'isotonic', curve: { x, y: reader.array(`curve ${k} y`, x.length) } }];
  });
}
