import {
  sameLabelSpace,
  type Task,
  TransferError,
  type TransferProblem,
  type Warning,
} from '@graft-ml/core';

/** Refuses a problem whose labelled target rows show a class that the source does not have. */
export function checkLabelSpaces(who: string, { sources, target }: TransferProblem): void {
  if (sameLabelSpace(sources[0].task, target.task)) return;
  throw new TransferError({
    code: 'INVALID_DATA',
    who,
    message:
      'source and target must have one label space, but the labelled target rows show a class that the source does not have. Leave such rows out.',
    details: { argument: 'target.labelled.y', reason: 'label-spaces-differ' },
  });
}

/** A `CLASS_MISSING` warning where a class has no labelled target row. */
export function missingClasses(y: Float64Array, task: Task): Warning[] {
  if (task.kind !== 'classification') return [];
  const missing = task.classes.filter((_, c) => !y.includes(c));
  if (missing.length === 0) return [];
  const names = missing.map((label) => JSON.stringify(label)).join(', ');
  return [
    {
      code: 'CLASS_MISSING',
      message: `no labelled target row is of class ${names}: nothing brings its rows in the target to those in the source. Label some.`,
    },
  ];
}
