import { kFold } from '@graft-ml/learners';
import { checkEntries, tooFewRows } from '../internal/inputs.js';
import type { GuardDecision, GuardEstimate } from './guard-types.js';

/** What models predict for labelled target rows that none of them has learned from. */
export interface LabelledPredictions {
  /** True values [n]. */
  readonly labels: ArrayLike<number>;
  readonly sourceOnly: { readonly name: string; readonly labelled: ArrayLike<number> };
  /** At least one. */
  readonly candidates: readonly { readonly name: string; readonly labelled: ArrayLike<number> }[];
}

/** The guard for numbers: labelled target rows decide between source-only and the candidates, and no label serves twice.
 *
 * Gain      (mean squared error of source-only − of the candidate) / variance of the labels: the difference in R²
 * Labels    one half chooses the candidate with the largest gain, the other half decides about it
 * Rule      adapt where the gain exceeds one standard error of the paired differences, abstain where it is above 0, else fall back
 * Interval  gain ± 1.645 standard errors
 * Shapes    [n], n ≥ 8, labels not all equal. Errors: INVALID_DATA, SHAPE_MISMATCH
 */
export function guardByLabels(
  { labels, sourceOnly, candidates }: LabelledPredictions,
  seed = 0,
): GuardDecision {
  const who = 'guardByLabels';
  if (labels.length < 8) throw tooFewRows(who, 'labels', 8, labels.length);
  if (candidates.length === 0) throw tooFewRows(who, 'candidates', 1, 0);
  const spread = varianceOf(labels);
  if (spread === 0) throw tooFewRows(who, 'different labels', 2, 1);
  for (const { name, labelled } of [sourceOnly, ...candidates]) {
    checkEntries(labelled.length, labels.length, who, `labelled predictions of "${name}"`);
  }
  const folds = kFold(labels.length, 2, seed);
  const look = ({ name, labelled }: LabelledPredictions['sourceOnly'], half: number) => {
    const gains: number[] = [];
    let different = 0;
    for (let i = 0; i < labels.length; i++) {
      if (labelled[i] !== sourceOnly.labelled[i]) different++;
      if (folds[i] !== half) continue;
      const before = (labels[i] - sourceOnly.labelled[i]) ** 2;
      gains.push((before - (labels[i] - labelled[i]) ** 2) / spread);
    }
    return { name, differs: different / labels.length, ...meanAndError(gains) };
  };
  const first = candidates.map((candidate) => look(candidate, 0));
  const best = first.reduce((a, b) => (b.gain > a.gain ? b : a));
  const judged = look(candidates[first.indexOf(best)], 1);
  const estimates = first.map((each) => estimateOf(each === best ? judged : each));
  const decision = judged.gain > judged.error ? 'adapt' : judged.gain > 0 ? 'abstain' : 'fallback';
  const sizes = `${judged.gain.toFixed(3)} ± ${judged.error.toFixed(3)}`;
  return {
    decision,
    choice: decision === 'adapt' ? best.name : sourceOnly.name,
    gain: judged.gain,
    interval: intervalOf(judged),
    reasons: [
      {
        adapt: `${best.name} gains ${sizes} in R² over ${sourceOnly.name} on labelled target rows, more than one standard error.`,
        abstain: `${best.name} may gain ${sizes} in R² over ${sourceOnly.name}: within one standard error, too little to act on.`,
        fallback: `No candidate gains on the labelled target rows; the best, ${best.name}: ${sizes} in R².`,
      }[decision],
      `${labels.length} labelled target rows were used: half to choose among candidates, half to decide.`,
    ],
    estimates,
  };
}

interface Look {
  readonly name: string;
  readonly gain: number;
  readonly error: number;
  readonly differs: number;
}

function estimateOf(look: Look): GuardEstimate {
  const { name, gain, differs } = look;
  const agreement = { favour: gain > 0 ? 1 : 0, views: 1 };
  return { name, gain, interval: intervalOf(look), differs, agreement };
}

function intervalOf({ gain, error }: Look): GuardEstimate['interval'] {
  return { low: gain - 1.645 * error, high: gain + 1.645 * error };
}

function meanAndError(values: readonly number[]): {
  readonly gain: number;
  readonly error: number;
} {
  const n = values.length;
  const gain = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - gain) ** 2, 0);
  return { gain, error: Math.sqrt(squares / (n - 1) / n) };
}

function varianceOf(values: ArrayLike<number>): number {
  const n = values.length;
  const mean = Array.from(values).reduce((sum, value) => sum + value, 0) / n;
  return Array.from(values).reduce((sum, value) => sum + (value - mean) ** 2, 0) / n;
}
