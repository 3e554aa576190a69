import { type Label, type Scenario, scenario, type TransferProblem } from '@graft-ml/core';

/** What was compared on, as plain JSON. */
export interface ProblemSummary {
  readonly task: 'classification' | 'regression';
  readonly classes?: readonly Label[];
  readonly domains: readonly {
    readonly name: string;
    readonly role: 'source' | 'target';
    readonly rows: number;
    readonly features: number;
  }[];
  readonly scenario: Scenario;
}

/** The domains of a problem by name and size. */
export function summarise(problem: TransferProblem): ProblemSummary {
  const { sources, target } = problem;
  return {
    task: target.task.kind,
    ...(target.task.kind === 'classification' ? { classes: target.task.classes } : {}),
    domains: [
      ...sources.map(({ name, x }) => ({
        name,
        role: 'source' as const,
        rows: x.rows,
        features: x.columns,
      })),
      {
        name: target.name,
        role: 'target' as const,
        rows: target.x.rows,
        features: target.x.columns,
      },
    ],
    scenario: scenario(problem),
  };
}
