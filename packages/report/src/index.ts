export { renderReport } from './render-report.js';
export { readReportInput } from './read-report-input.js';
export { verdict } from './verdict.js';
export type { Verdict } from './verdict.js';
export type {
  BeforeAndAfter,
  Confusion,
  FailedRun,
  FinishedRun,
  Histogram,
  Interval,
  Projection,
  ReportContext,
  ReportContextTest,
  ReportDiagnosis,
  ReportDomain,
  ReportDomainClassifier,
  ReportFeature,
  ReportFrequency,
  ReportGuard,
  ReportGuardEstimate,
  ReportInput,
  ReportLeftOut,
  ReportOccurrence,
  ReportOccurrences,
  ReportProblem,
  ReportRun,
  ReportSettings,
  ReportShift,
  ReportTest,
  SourceWeights,
} from './report-input.js';
