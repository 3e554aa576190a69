import type { TrainingRows, Warning } from '@graft-ml/core';

/** A `CLASS_MISSING` warning where classes of the task have no row with weight. */
export function missingClasses({ task, y, weights }: TrainingRows): Warning[] {
  if (task.kind === 'regression') return [];
  const seen = new Set<number>();
  for (let i = 0; i < y.length; i++) if (!weights || weights[i] > 0) seen.add(y[i]);
  const missing = task.classes.filter((_, c) => !seen.has(c));
  if (missing.length === 0) return [];
  return [
    {
      code: 'CLASS_MISSING',
      message: `no row of class ${missing.map((label) => JSON.stringify(label)).join(', ')} carries weight; such classes are practically never predicted.`,
    },
  ];
}

/** A `NOT_CONVERGED` warning. */
export function notConverged(who: string, iterations: number, reason: string): Warning {
  return {
    code: 'NOT_CONVERGED',
    message: `${who} stopped after ${iterations} iterations because ${reason}. Raise maxIterations or regularization, or standardize the features.`,
  };
}

/** A `WEIGHTS_SMALL` warning where weights add up to far less than there are rows, as weights that sum to 1 do. */
export function smallWeights(who: string, total: number, rows: number): Warning[] {
  if (total >= rows / 4) return [];
  return [
    {
      code: 'WEIGHTS_SMALL',
      message: `the weights of ${rows} rows add up to ${total.toPrecision(3)}; ${who} takes weights as numbers of copies. Scale them to mean 1.`,
    },
  ];
}
