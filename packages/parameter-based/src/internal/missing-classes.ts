import type { LabelledRows, Task, Warning } from '@graft-ml/core';

/** A `CLASS_MISSING` warning where a class has no labelled target row. */
export function missingClasses({ y }: LabelledRows, task: Task): Warning[] {
  if (task.kind !== 'classification') return [];
  const missing = task.classes.filter((_, c) => !y.includes(c));
  if (missing.length === 0) return [];
  const names = missing.map((label) => JSON.stringify(label)).join(', ');
  return [
    {
      code: 'CLASS_MISSING',
      message: `no labelled target row is of class ${names}: it keeps what the source knew and loses ground to the others. Raise "regularization", or label such rows.`,
    },
  ];
}
