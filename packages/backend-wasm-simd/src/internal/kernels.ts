import type {
  DataType,
  KernelBackend,
  KernelFunc,
  NamedAttrMap,
  NamedTensorInfoMap,
  TensorInfo,
} from '@tensorflow/tfjs-core';
import type { Tfjs } from '../tensors/tfjs.js';

/** The part of tfjs-backend-wasm that kernels written here rely on. */
export interface WasmBackend extends KernelBackend {
  readonly wasm: {
    _malloc: (bytes: number) => number;
    _free: (pointer: number) => void;
  };
  makeOutput(shape: readonly number[], dtype: DataType): TensorInfo;
  /** A view into the module's memory, lost as soon as the memory grows: take it after the last allocation. */
  typedArrayFromHeap(tensor: TensorInfo): Float32Array | Int32Array | Uint8Array;
}

/** Runs a kernel of the backend by its name. */
export type RunKernel = (
  name: string,
  inputs: NamedTensorInfoMap,
  attributes?: NamedAttrMap,
) => TensorInfo;

export interface KernelCall<Backend extends KernelBackend = WasmBackend> {
  readonly inputs: NamedTensorInfoMap;
  readonly attributes: NamedAttrMap;
  readonly backend: Backend;
  readonly run: RunKernel;
  readonly tf: Tfjs;
  /** What the kernel did before; throws where there was none. */
  readonly original: RunKernel;
}

/** Shared across installed copies, so that none repairs the other's work. */
const repaired = Symbol.for('@graft-ml/repaired-kernel');

/** Puts `compute` in the place of the kernel `name` of tfjs-backend-wasm. */
export function replaceWasmKernel(
  tf: Tfjs,
  name: string,
  compute: (call: KernelCall) => TensorInfo,
): void {
  replaceKernel(tf, 'wasm', name, compute);
}

/** Puts `compute` in the place of the kernel `name` of a backend. Everything it makes with `run` is let go of, apart from what
 * it returns. */
export function replaceKernel<Backend extends KernelBackend>(
  tf: Tfjs,
  backendName: string,
  name: string,
  compute: (call: KernelCall<Backend>) => TensorInfo,
): void {
  const before = tf.getKernel(name, backendName) as
    { readonly kernelFunc: KernelFunc; readonly [repaired]?: true } | undefined;
  if (before?.[repaired]) return;
  if (before) tf.unregisterKernel(name, backendName);
  const kernelFunc: KernelFunc = ({ inputs, attrs, backend: object }) => {
    const backend = object as Backend;
    const made: TensorInfo[] = [];
    const invoke = (kernel: KernelFunc, given: NamedTensorInfoMap, attributes: NamedAttrMap) => {
      const output = kernel({ inputs: given, attrs: attributes, backend }) as TensorInfo;
      made.push(output);
      return output;
    };
    const run: RunKernel = (other, given, attributes = {}) =>
      invoke(tf.getKernel(other, backendName).kernelFunc, given, attributes);
    const original: RunKernel = (_, given, attributes = {}) =>
      invoke(before!.kernelFunc, given, attributes);
    let result: TensorInfo | undefined;
    try {
      result = compute({ inputs, attributes: attrs ?? {}, backend, run, tf, original });
      return result;
    } finally {
      for (const tensor of made) if (tensor !== result) backend.disposeData(tensor.dataId);
    }
  };
  const config = { kernelName: name, backendName, kernelFunc };
  tf.registerKernel(Object.assign(config, { [repaired]: true }));
}

/** Floats of a tensor in the module's memory. */
export function floats(backend: WasmBackend, tensor: TensorInfo): Float32Array {
  return backend.typedArrayFromHeap(tensor) as Float32Array;
}

/** Swaps the last two axes. */
export function transposeLast(run: RunKernel, tensor: TensorInfo): TensorInfo {
  const rank = tensor.shape.length;
  const perm = tensor.shape.map((_, axis) =>
    axis < rank - 2 ? axis : axis === rank - 1 ? rank - 2 : rank - 1,
  );
  return run('Transpose', { x: tensor }, { perm });
}

export function reshape(run: RunKernel, x: TensorInfo, shape: readonly number[]): TensorInfo {
  return run('Reshape', { x }, { shape: [...shape] });
}
