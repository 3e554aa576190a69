import {
  denseMatrix,
  type DomainRef,
  type LinearAlgebra,
  type Matrix,
  resolveDomain,
  TransferError,
} from '@graft-ml/core';
import { appendColumns, placeBlocks } from './blocks.js';
import { applyKernelMap, type KernelMap } from './kernel-map.js';

/** How rows are copied: block 0 for all domains, block k + 1 for source k, the last for the target. */
export interface Augmentation {
  readonly nSources: number;
  /** A constant 1 is copied like a feature. */
  readonly intercept: boolean;
  /** Applied first; absent where the features themselves are copied. */
  readonly map?: KernelMap | undefined;
}

/** Rows as the learner sees them; those of a domain never seen have the shared block alone. */
export function augment(
  linearAlgebra: LinearAlgebra,
  x: Matrix,
  augmentation: Augmentation,
  domain: DomainRef | 'unseen',
): Matrix {
  const features = featuresOf(linearAlgebra, x, augmentation);
  const blocks = augmentation.nSources + 2;
  const shared = { at: 0, factor: 1 };
  if (domain === 'unseen') return placeBlocks(features, blocks, [shared]);
  const index = resolveDomain(domain);
  if (index !== 'target' && !(index >= 0 && index < augmentation.nSources))
    throw noSuchSource(index, augmentation.nSources);
  const own = { at: index === 'target' ? blocks - 1 : index + 1, factor: 1 };
  return placeBlocks(features, blocks, [shared, own]);
}

/** Rows (0, …, x at source k, …, −x): a linear score of them is the source's score less the target's. */
export function disagreement(
  linearAlgebra: LinearAlgebra,
  x: Matrix,
  augmentation: Augmentation,
  source: number,
): Matrix {
  const blocks = augmentation.nSources + 2;
  return placeBlocks(featuresOf(linearAlgebra, x, augmentation), blocks, [
    { at: source + 1, factor: 1 },
    { at: blocks - 1, factor: -1 },
  ]);
}

function featuresOf(
  linearAlgebra: LinearAlgebra,
  x: Matrix,
  { map, intercept }: Augmentation,
): Matrix {
  const features = map ? applyKernelMap(linearAlgebra, x, map) : x;
  if (!intercept) return features;
  return appendColumns(features, denseMatrix(x.rows, 1, new Float64Array(x.rows).fill(1)));
}

function noSuchSource(index: number, nSources: number): TransferError {
  return new TransferError({
    code: 'INVALID_DATA',
    who: 'EasyAdapt',
    message: `"domain" is source ${index}, but it was fitted on ${nSources}, counted from 0. Use 'unseen' for a domain that was not there.`,
    details: { argument: 'domain', expected: `0 … ${nSources - 1}`, received: index },
  });
}
