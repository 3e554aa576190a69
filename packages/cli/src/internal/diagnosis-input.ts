import { scenario, type TransferProblem } from '@graft-ml/core';
import type { Diagnosis } from '@graft-ml/diagnosis';
import type { ReportDiagnosis, ReportInput, ReportProblem } from '@graft-ml/report';
import { reportDiagnosis } from './report-diagnosis.js';
import { versions } from './version.js';

/** The report of a diagnosis alone: no recipe was run. */
export function diagnosisInput(
  problem: TransferProblem,
  diagnosis: Diagnosis,
  command: string,
  seed: number,
): ReportInput & { readonly diagnosis: ReportDiagnosis } {
  return {
    formatVersion: 1,
    created: new Date().toISOString(),
    seed,
    versions: versions(),
    settings: { command, recipes: [] },
    problem: reportProblem(problem, 0),
    runs: [],
    diagnosis: reportDiagnosis(diagnosis),
  };
}

/** What a report says about the domains; `evaluationRows` target labels were kept back. */
export function reportProblem(problem: TransferProblem, evaluationRows: number): ReportProblem {
  const { sources, target } = problem;
  return {
    task: target.task,
    domains: [
      ...sources.map(({ name, x, y }) => ({
        name,
        role: 'source' as const,
        rows: x.rows,
        features: x.columns,
        labelledRows: y ? x.rows : 0,
      })),
      {
        name: target.name,
        role: 'target' as const,
        rows: target.x.rows,
        features: target.x.columns,
        labelledRows: target.labelled?.y.length ?? 0,
      },
    ],
    evaluationRows,
    scenario: scenario(problem),
  };
}
