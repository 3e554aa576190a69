import type { FloatType } from '@graft-ml/core';

/** The part of a session of ONNX Runtime that models use. Its own types stay out of public signatures: the runtime is
 * optional. */
export interface OnnxSession {
  readonly outputNames: readonly string[];
  run(
    inputs: Readonly<Record<string, object>>,
    outputs: readonly string[],
  ): Promise<Readonly<Record<string, { readonly data: unknown }>>>;
  release(): Promise<void>;
}

export type TensorClass = new (
  type: FloatType,
  data: Float32Array | Float64Array,
  dimensions: readonly number[],
) => object;
