import type { SourceDomain, TargetDomain } from '@graft-ml/core';

/** Labels of the target in the codes of the source; a class that the source lacks is the number of its classes. Undefined
 * without labelled rows and for numbers.
 */
export function inSourceCodes(
  source: SourceDomain,
  target: TargetDomain,
): Float64Array | undefined {
  if (source.task.kind === 'regression' || target.task.kind === 'regression') return undefined;
  const { classes } = source.task;
  const known = new Map(classes.map((label, c) => [label, c]));
  const own = target.task.classes;
  return target.labelled?.y.map((c) => known.get(own[c]) ?? classes.length);
}
