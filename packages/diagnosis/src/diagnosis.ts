import type { Scenario } from '@graft-ml/core';
import type { ClassifierTest } from './shift-tests/classifier-test.js';
import type { ConditionalShift } from './shift-tests/conditional-shift.js';
import type { FeatureTest } from './shift-tests/feature-tests.js';
import type { LabelShiftEstimate } from './shift-tests/label-shift.js';
import type { MmdTest } from './shift-tests/mmd-test.js';
import type { OccurrenceShift } from './shift-tests/occurrence-shift.js';
import type { ShiftTest } from './shift-tests/test-result.js';

/** What the features say: P(X_S) against P(X_T). */
export interface MarginalShift {
  /** `'inconclusive'` never means the same. */
  readonly answer: 'differs' | 'inconclusive';
  /** The smallest p-value of the three kinds of tests, adjusted for their number. */
  readonly pValue: number;
  /** How many rows of each were tested: all, or as many as `maxRows` allows. */
  readonly rows: { readonly source: number; readonly target: number };
  readonly mmd: MmdTest;
  readonly classifier: ClassifierTest;
  /** In the order of the columns; `difference` in pooled standard deviations. */
  readonly features: readonly FeatureTest[];
  /** In pooled standard deviations. */
  readonly energyDistance: number;
}

/** What can be said about P(Y). */
export type PriorShift =
  | { readonly from: 'target labels'; readonly test: ShiftTest }
  | {
      readonly from: 'predictions';
      readonly test: ShiftTest;
      /** Holds where class shares are all that changed. */
      readonly estimate: LabelShiftEstimate;
    }
  | { readonly from: 'nothing'; readonly reason: string };

export interface SourceDiagnosis {
  readonly name: string;
  /** Absent where the feature spaces differ: then P(X) cannot be compared. */
  readonly marginal?: MarginalShift;
  readonly prior: PriorShift;
  readonly conditional: ConditionalShift;
  /** Frequency and context bias; absent where fewer than two features are counts or binary. */
  readonly occurrence?: OccurrenceShift;
}

/** What is known about a problem before anything is transferred. */
export interface Diagnosis {
  readonly scenario: Scenario;
  readonly significance: number;
  readonly sources: readonly SourceDiagnosis[];
  /** The same in plain words, a sentence each. */
  readonly summary: readonly string[];
  /** What no test on these rows can tell, and what would, a sentence each. Empty where nothing of that kind is left. */
  readonly unknown: readonly string[];
}
