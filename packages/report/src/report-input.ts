import type { Diagnostics, JsonValue, Label, Scenario, Task, Warning } from '@graft-ml/core';

/** Everything a report shows, as plain JSON: what was compared, what came out and how to repeat it. */
export interface ReportInput {
  readonly formatVersion: 1;
  /** When the comparison ended, ISO 8601. Handed in, so that equal input gives an equal file. */
  readonly created: string;
  /** The seed every run was given. */
  readonly seed: number;
  /** Program → version, such as `{ graft: '0.1.0', node: '20.20.2' }`. */
  readonly versions: Readonly<Record<string, string>>;
  readonly settings: ReportSettings;
  readonly problem: ReportProblem;
  /** In any order; at most one is the baseline. Empty where nothing was compared: then the diagnosis is the report. */
  readonly runs: readonly ReportRun[];
  /** What the guard would use, judged without the evaluation labels. */
  readonly guard?: ReportGuard;
  /** What differs between the domains, before any recipe. */
  readonly diagnosis?: ReportDiagnosis;
}

/** What someone else needs to get the same numbers. */
export interface ReportSettings {
  /** The full command line. */
  readonly command: string;
  /** The recipes with every option written out. */
  readonly recipes: JsonValue;
}

export interface ReportProblem {
  /** The target's task; its `classes` are what `Projection.label` counts. */
  readonly task: Task;
  /** At least one source and one target; `Projection.domain` counts them. */
  readonly domains: readonly ReportDomain[];
  /** Target rows whose label was kept back to evaluate with; 0 means nothing could be scored. */
  readonly evaluationRows: number;
  /** What `scenario(problem)` says. */
  readonly scenario: Scenario;
}

export interface ReportDomain {
  readonly name: string;
  readonly role: 'source' | 'target';
  readonly rows: number;
  readonly features: number;
  /** Rows whose label a recipe may use: of the target, never those kept for evaluation. */
  readonly labelledRows: number;
}

export type ReportRun = FinishedRun | FailedRun;

interface RunBase {
  /** Id or short name of the recipe, as the user typed it; unique in the report. */
  readonly recipe: string;
  /** For headings and charts: `CORAL`, `JDA + logistic`. */
  readonly title: string;
  /** One line on what the recipe does. */
  readonly summary: string;
  /** True for the model trained on the sources alone: what all others are measured against. */
  readonly isBaseline: boolean;
  /** Wall time of fitting and predicting. */
  readonly seconds: number;
  /** Absent where it cannot be measured. */
  readonly peakMemoryMb?: number;
  readonly warnings: readonly Warning[];
}

export interface FinishedRun extends RunBase {
  readonly status: 'ok';
  /** Classification: share of evaluation rows predicted right, 0 to 1. Absent without evaluation rows. */
  readonly accuracy?: number;
  /** Regression: 1 − residual sum of squares / total sum of squares, at most 1. */
  readonly rSquared?: number;
  /** Regression: in squared units of the label. */
  readonly meanSquaredError?: number;
  /** 95 % interval of `accuracy` or `rSquared`. */
  readonly interval?: Interval;
  /** 95 % interval of the difference to the baseline on the same rows. Being paired, it decides more than `interval` can. */
  readonly changeInterval?: Interval;
  readonly projection?: BeforeAndAfter;
  /** Where the recipe weighs source rows. */
  readonly weights?: SourceWeights;
  /** Classification only. */
  readonly confusion?: Confusion;
  readonly diagnostics: Omit<Diagnostics, 'warnings'>;
}

export interface FailedRun extends RunBase {
  readonly status: 'failed';
  readonly error: { readonly code: string; readonly message: string };
}

/** What the guard against negative transfer says. */
export interface ReportGuard {
  readonly decision: 'adapt' | 'fallback' | 'abstain';
  /** Recipe that it would use. */
  readonly choice: string;
  /** False where it could not judge: `reasons` say why. */
  readonly judged: boolean;
  readonly reasons: readonly string[];
  /** Labelled target rows it judged by. */
  readonly labelsUsed: number;
  readonly seconds: number;
  readonly estimates: readonly ReportGuardEstimate[];
}

export interface ReportGuardEstimate {
  /** Recipe. */
  readonly name: string;
  /** Expected gain over source-only in accuracy, or in R². */
  readonly gain: number;
  /** 90 % interval of the gain. */
  readonly interval: Interval;
  /** Share of target rows on which the two models differ. */
  readonly differs: number;
  /** How many of the guard's views favour the recipe, of how many. */
  readonly agreement: { readonly favour: number; readonly views: number };
}

export interface ReportDiagnosis {
  /** Below which adjusted p-value a difference is called one. */
  readonly significance: number;
  /** What was found, a sentence each. */
  readonly summary: readonly string[];
  /** What cannot be known from these rows, a sentence each. */
  readonly unknown: readonly string[];
  /** One per source that shares its features with the target. */
  readonly sources: readonly ReportShift[];
}

/** The features of one source against those of the target. */
export interface ReportShift {
  readonly source: string;
  readonly answer: 'differs' | 'inconclusive';
  /** Of all tests together. */
  readonly pValue: number;
  readonly rows: { readonly source: number; readonly target: number };
  readonly tests: readonly ReportTest[];
  /** The largest effects first; `nFeatures` in all, `nMoved` of them with an adjusted p-value below `significance`. */
  readonly features: readonly ReportFeature[];
  readonly nFeatures: number;
  readonly nMoved: number;
  readonly classifier: ReportDomainClassifier;
  /** Where there are features that count something. */
  readonly occurrence?: ReportOccurrence;
}

/** Features that count something, such as words: how often they occur, and with which classes. */
export interface ReportOccurrence {
  /** The clearest of both sides, the commonest in the source first; `nFeatures` in all. */
  readonly frequency: readonly ReportFrequency[];
  readonly nFeatures: number;
  /** How many are commoner in the source, with an adjusted p-value below `significance`. */
  readonly nSource: number;
  /** How many are commoner in the target. */
  readonly nTarget: number;
  readonly context: ReportContext | { readonly reason: string };
  /** Features that were not looked at. */
  readonly leftOut: readonly ReportLeftOut[];
}

export interface ReportFrequency {
  readonly name: string;
  /** Positive: commoner in the source. */
  readonly logOdds: number;
  /** 95 % interval of `logOdds`. */
  readonly interval: Interval;
  readonly source: ReportOccurrences;
  readonly target: ReportOccurrences;
  /** Adjusted for the number of features. */
  readonly pValue: number;
}

export interface ReportOccurrences {
  readonly count: number;
  /** Of all that occurs in the domain, 0 to 1. */
  readonly share: number;
}

/** Which features go with other classes in the target. */
export interface ReportContext {
  /** The smallest p-values first; `nTests` in all, of `nFeatures` features, `nChanged` of which are below `significance`. */
  readonly tests: readonly ReportContextTest[];
  readonly nTests: number;
  readonly nFeatures: number;
  readonly nChanged: number;
  /** Features that no outcome could have shown. */
  readonly leftOut: readonly ReportLeftOut[];
}

export interface ReportContextTest {
  readonly name: string;
  readonly label: Label;
  /** Labelled rows that have the feature, and the share of them that is of class `label`. */
  readonly source: { readonly rows: number; readonly share: number };
  readonly target: { readonly rows: number; readonly share: number };
  /** Adjusted for the number of tests. */
  readonly pValue: number;
}

export interface ReportLeftOut {
  readonly count: number;
  readonly reason: string;
}

export interface ReportTest {
  readonly name: string;
  readonly pValue: number;
  /** In words, with its unit: `AUC 0.93`. */
  readonly effect: string;
}

export interface ReportFeature {
  readonly name: string;
  /** 0: the same distribution, 1: no overlap. */
  readonly effect: number;
  /** Adjusted for the number of features. */
  readonly pValue: number;
  /** Mean of the target less that of the source in pooled standard deviations; absent for categories. */
  readonly difference?: number;
}

/** How well a classifier tells target rows from source rows that it has not seen. */
export interface ReportDomainClassifier {
  readonly auc: number;
  /** Points of the curve from (0, 0) to (1, 1): share of source rows taken for target rows, share of target rows recognised. */
  readonly roc: { readonly x: readonly number[]; readonly y: readonly number[] };
  /** Rows per bin of P(target | row), from 0 to 1 in bins of equal width. */
  readonly scores: { readonly source: readonly number[]; readonly target: readonly number[] };
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Rows of all domains in two dimensions, before and after the recipe. */
export interface BeforeAndAfter {
  readonly before: Projection;
  /** Absent where the recipe leaves the features as they are. */
  readonly after?: Projection;
}

/** Principal components of rows drawn from all domains, fitted on all of them together: at most 1,500 rows keep the page light. */
export interface Projection {
  /** First component, one number per row. */
  readonly x: readonly number[];
  /** Second component. */
  readonly y: readonly number[];
  /** Position in `problem.domains`. */
  readonly domain: readonly number[];
  /** Position in `problem.task.classes`, or the value of a regression; null where it is not known. Colours points, nothing else. */
  readonly label?: readonly (number | null)[];
  /** Shares of the variance that the two components hold, 0 to 1. */
  readonly explained?: readonly [number, number];
}

/** Weights of the source rows, mean 1: all values, or a histogram where there are many. */
export interface SourceWeights {
  /** Kish: (Σ w)² / Σ w². */
  readonly effectiveSampleSize: number;
  readonly rows: number;
  readonly values: readonly number[] | Histogram;
}

/** `counts[k]` values lie from `edges[k]` to `edges[k + 1]`. */
export interface Histogram {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/** `counts[i][j]` evaluation rows of class `classes[i]` were called `classes[j]`. */
export interface Confusion {
  readonly classes: readonly Label[];
  readonly counts: readonly (readonly number[])[];
}
