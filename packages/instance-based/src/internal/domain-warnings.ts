import type { Warning } from '@graft-ml/core';

/** The `DOMAINS_SEPARABLE` warning where a classifier tells source from target almost without error. */
export function separableWarning(name: string, auc: number): Warning[] {
  if (auc <= 0.98) return [];
  return [
    {
      code: 'DOMAINS_SEPARABLE',
      message: `a classifier tells "${name}" from the target with AUC ${auc.toFixed(3)}: hardly any source row looks like the target, and no weights can change that. Align the features first (CORAL, subspace alignment), or drop the columns that give the domain away.`,
    },
  ];
}

/** The `SUPPORT_GAP` warning where target rows lie farther from every source row than the kernel reaches.
 *
 * @param nearest for each of them, the largest kernel value to any source row
 * @param what whose values these are, where not all target rows were looked at
 */
export function supportWarning(
  name: string,
  nearest: ArrayLike<number>,
  what = 'target rows',
): Warning[] {
  let outside = 0;
  for (let j = 0; j < nearest.length; j++) if (nearest[j] < 1e-3) outside++;
  if (outside === 0) return [];
  return [
    {
      code: 'SUPPORT_GAP',
      message: `${outside} of ${nearest.length} ${what} have no row of "${name}" within the reach of the kernel: no weighting covers them. Standardize the features, widen the kernel, or look at those rows before trusting predictions there.`,
    },
  ];
}
