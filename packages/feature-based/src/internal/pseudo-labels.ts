import type { Task, Warning } from '@graft-ml/core';

/** How many labels differ. */
export function labelChanges(before: Float64Array, after: Float64Array): number {
  let changed = 0;
  for (let i = 0; i < after.length; i++) if (before[i] !== after[i]) changed++;
  return changed;
}

/** A `CLASS_MISSING` warning where no target row was guessed to be of some class; such a class has no conditional term. */
export function missingClassWarnings(task: Task, labels: Float64Array): readonly Warning[] {
  if (task.kind !== 'classification') return [];
  const guessed = new Set(labels);
  const missing = task.classes.filter((_, c) => !guessed.has(c));
  if (missing.length === 0) return [];
  const names = missing.map((label) => JSON.stringify(label)).join(', ');
  return [
    {
      code: 'CLASS_MISSING',
      message: `no target row was guessed to be of class ${names}: the domains were aligned without it. If the target has no such rows, drop the class from the source.`,
    },
  ];
}
