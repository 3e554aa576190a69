import {
  isTransferError,
  type BackendAdapter,
  type BackendDeclaration,
  type BackendOptions,
  type ComputeBackend,
  type LinearAlgebra,
  type TensorEngine,
} from '@graft-ml/core';
import { wasmSimd } from '@graft-ml/backend-wasm-simd';
import { loadEngine, reasonOf, startTensors } from '@graft-ml/backend-wasm-simd/tensors';
import { loadWasmLinearAlgebra } from '@graft-ml/numerics/wasm';
import { missingInTensorFlow, nodeDeclaration } from './declaration.js';
import { loadNativeLinearAlgebra } from './native-linear-algebra.js';

export interface NodeOptions<
  Tensors extends TensorEngine = TensorEngine,
> extends BackendOptions<Tensors> {
  /** Threads for products and tensors: 1 … 16, default 1. */
  readonly threads?: number;
}

/** The fastest engines installed: ONNX Runtime under float64 linear algebra, `@tensorflow/tfjs-node` for tensors.
 *
 * What is not installed is replaced by WebAssembly, and `notes` say so.
 *
 * @example
 * const backend = await node.load({ threads: 2 });
 * backend.notes; // ['Products in float64 run in ONNX Runtime, …', …]
 */
export const node: BackendAdapter & {
  load<Tensors extends TensorEngine = TensorEngine>(
    options?: NodeOptions<Tensors>,
  ): Promise<ComputeBackend<Tensors>>;
} = { declaration: nodeDeclaration, load };

interface TensorPart<Tensors extends TensorEngine> {
  readonly declaration: BackendDeclaration;
  readonly tensors?: Tensors;
  readonly threads: number;
  readonly gradients: boolean;
  readonly notes: readonly string[];
}

async function load<Tensors extends TensorEngine = TensorEngine>(
  options: NodeOptions<Tensors> = {},
): Promise<ComputeBackend<Tensors>> {
  const { threads = 1 } = options;
  const algebra = await loadAlgebra(options.linearAlgebra, threads);
  try {
    const part = await loadTensorPart(options, threads, algebra.linearAlgebra);
    return {
      id: nodeDeclaration.id,
      declaration: part.declaration,
      ...(part.tensors ? { tensors: part.tensors } : {}),
      linearAlgebra: algebra.linearAlgebra,
      threads: part.threads,
      gradients: part.gradients,
      notes: [...algebra.notes, ...part.notes],
      dispose: algebra.dispose,
    };
  } catch (error) {
    algebra.dispose();
    throw error;
  }
}

async function loadAlgebra(
  given: LinearAlgebra | undefined,
  threads: number,
): Promise<{ linearAlgebra: LinearAlgebra; notes: string[]; dispose: () => void }> {
  if (given) return { linearAlgebra: given, notes: [], dispose: () => undefined };
  const base = await loadWasmLinearAlgebra({ threads });
  try {
    const native = await loadNativeLinearAlgebra({ base, threads });
    return {
      linearAlgebra: native,
      notes: ['Large products in float64 run in ONNX Runtime.'],
      dispose: () => {
        native.dispose();
        base.dispose();
      },
    };
  } catch (error) {
    if (!isTransferError(error, 'MISSING_DEPENDENCY')) throw error;
    return {
      linearAlgebra: base,
      notes: [`Products in float64 stay on WebAssembly: ${reasonOf(error)}`],
      dispose: () => base.dispose(),
    };
  }
}

async function loadTensorPart<Tensors extends TensorEngine>(
  options: NodeOptions<Tensors>,
  threads: number,
  linearAlgebra: LinearAlgebra,
): Promise<TensorPart<Tensors>> {
  const native = await loadTensorFlow(options.tensors);
  if (!('problem' in native)) return native;
  const replaced = `Tensors run on WebAssembly: ${native.problem}`;
  try {
    const { declaration, ...rest } = await wasmSimd.load({ ...options, threads, linearAlgebra });
    const { missingOperations, missingGradients, memoryLimit } = declaration;
    const limits = memoryLimit === undefined ? {} : { memoryLimit };
    return {
      declaration: { ...nodeDeclaration, missingOperations, missingGradients, ...limits },
      ...(rest.tensors ? { tensors: rest.tensors } : {}),
      threads: rest.threads,
      gradients: rest.gradients,
      notes: [replaced, ...rest.notes],
    };
  } catch (error) {
    if (!isTransferError(error, 'MISSING_DEPENDENCY')) throw error;
    const notes = [`There are no tensors: ${reasonOf(error)}`];
    return { declaration: nodeDeclaration, threads, gradients: false, notes };
  }
}

async function loadTensorFlow<Tensors extends TensorEngine>(
  given: Tensors | undefined,
): Promise<TensorPart<Tensors> | { readonly problem: string }> {
  const who = 'node.load';
  const name = '@tensorflow/tfjs-node';
  const load = (): Promise<TensorEngine> =>
    loadEngine(who, name, () => import(name) as Promise<TensorEngine>, '4.22.0');
  try {
    const engine = given && isTensorFlow(given) ? given : await load();
    const { tensors, gradients, notes } = await startTensors({
      who,
      backend: 'tensorflow',
      tensors: given ?? (engine as Tensors),
      register: () => Promise.resolve(),
      package: name,
      advice: 'Rebuild it with "npm rebuild @tensorflow/tfjs-node --build-addon-from-source".',
    });
    const declaration = { ...nodeDeclaration, missingOperations: missingInTensorFlow };
    const chosen = ['Tensors run in TensorFlow.', ...notes];
    return { declaration, tensors, threads: 1, gradients, notes: chosen };
  } catch (error) {
    if (isTransferError(error)) return { problem: reasonOf(error) };
    throw error;
  }
}

/** Whether TensorFlow registered itself in what the caller handed in, so that it need not be found by its name. */
function isTensorFlow(given: TensorEngine): boolean {
  const { findBackendFactory } = given as { findBackendFactory?: (name: string) => unknown };
  return Boolean(findBackendFactory?.('tensorflow'));
}
