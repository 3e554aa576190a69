import {
  type FittedState,
  type JsonObject,
  type JsonValue,
  type Kernel,
  type Matrix,
  type OptionSchema,
  TransferError,
} from '@graft-ml/core';

/** Options of learners that compare rows by a kernel. */
export interface KernelOptions {
  /** `'rbf'` (default), `'laplacian'`, `'polynomial'`, `'cosine'` or `'linear'`. */
  readonly kernel?: 'rbf' | 'laplacian' | 'polynomial' | 'cosine' | 'linear';
  /** γ of the kernel, in (0, ∞), or `'scale'` (default): 1 / (nFeatures · variance of all entries). Larger values see only near rows. */
  readonly gamma?: number | 'scale';
  /** Degree of the polynomial, a whole number ≥ 1, default 3. */
  readonly degree?: number;
  /** Constant of the polynomial, default 1. */
  readonly constant?: number;
}

/** The schema of {@link KernelOptions}. */
export const kernelSchema: OptionSchema<KernelOptions> = {
  kernel: {
    type: 'choice',
    values: ['rbf', 'laplacian', 'polynomial', 'cosine', 'linear'],
    default: 'rbf',
    description: 'How rows are compared.',
  },
  gamma: {
    type: 'number',
    above: 0,
    words: ['scale'],
    default: 'scale',
    description: 'γ of the kernel, or "scale" for 1 / (nFeatures · variance of all entries).',
    effect: 'Larger values see only near rows.',
  },
  degree: {
    type: 'integer',
    atLeast: 1,
    default: 3,
    description: 'Degree of the polynomial kernel.',
    effect: 'Larger values bend more.',
  },
  constant: {
    type: 'number',
    default: 1,
    description: 'Constant of the polynomial kernel.',
  },
};

/** The kernel that the options mean for these rows. */
export function chooseKernel(
  options: Required<KernelOptions>,
  x: Matrix,
  weights?: Float64Array,
): Kernel {
  const { kernel, degree, constant } = options;
  if (kernel === 'linear' || kernel === 'cosine') return { type: kernel };
  const gamma = options.gamma === 'scale' ? scaleGamma(x, weights) : options.gamma;
  if (kernel === 'polynomial') return { type: kernel, gamma, degree, constant };
  return { type: kernel, gamma };
}

/** A kernel as a plain value. */
export function kernelValue(kernel: Kernel): JsonValue {
  return { ...kernel };
}

/** Reads the kernel that a model stored. Errors: `INVALID_ARTEFACT`. */
export function readKernel(state: FittedState, value: JsonValue): Kernel {
  const { type, gamma, degree, constant } = isObject(value) ? value : {};
  if (type === 'linear' || type === 'cosine') return { type };
  if (typeof gamma === 'number') {
    if (type === 'rbf' || type === 'laplacian') return { type, gamma };
    if (type === 'polynomial' && typeof degree === 'number' && typeof constant === 'number') {
      return { type, gamma, degree, constant };
    }
  }
  throw new TransferError({
    code: 'INVALID_ARTEFACT',
    who: state.id,
    message: 'cannot be read back: its kernel is missing or unknown.',
    details: { id: state.id, version: state.version },
  });
}

/** 1 / (nFeatures · weighted variance of all entries); 1 where they are all equal. */
function scaleGamma(x: Matrix, weights: Float64Array | undefined): number {
  let total = 0;
  for (let i = 0; i < x.rows; i++) total += weights ? weights[i] : 1;
  const entries = total * x.columns;
  let mean = 0;
  eachEntry(x, (i, value) => (mean += ((weights ? weights[i] : 1) * value) / entries));
  let squares = 0;
  let met = 0;
  eachEntry(x, (i, value) => {
    const weight = weights ? weights[i] : 1;
    squares += (weight * (value - mean) ** 2) / entries;
    met += weight;
  });
  const variance = squares + Math.max(0, 1 - met / entries) * mean * mean;
  const gamma = 1 / (x.columns * variance);
  return gamma > 0 && gamma < Infinity ? gamma : 1;
}

function eachEntry(x: Matrix, visit: (row: number, value: number) => void): void {
  for (let i = 0; i < x.rows; i++) {
    const from = x.format === 'dense' ? i * x.columns : x.rowStarts[i];
    const to = x.format === 'dense' ? from + x.columns : x.rowStarts[i + 1];
    for (let p = from; p < to; p++) visit(i, x.format === 'dense' ? x.data[p] : x.values[p]);
  }
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
