import type { BackendAdapter, BackendOptions, ComputeBackend, TensorEngine } from '@graft-ml/core';
import { loadWasmLinearAlgebra } from '@graft-ml/numerics/wasm';
import { wasmSimdDeclaration } from './declaration.js';
import { guardMemory } from './internal/guard-memory.js';
import { checkThreads, withThreads } from './internal/threads.js';
import { withoutHandlers } from './internal/without-handlers.js';
import { installKernels } from './kernels/install.js';
import { asTfjs, tfjsVersion } from './tensors/tfjs.js';
import { loadEngine } from './tensors/load-engine.js';
import { loadTfjs } from './tensors/load-tfjs.js';
import { startTensors, type StartedTensors } from './tensors/start-tensors.js';

export interface WasmSimdOptions<
  Tensors extends TensorEngine = TensorEngine,
> extends BackendOptions<Tensors> {
  /** Threads for tensors and linear algebra, the calling one included: 1 … 16, default 1. Two nearly double the speed of
   * large products; a page needs to be cross-origin isolated. The process keeps the number it starts with. */
  readonly threads?: number;
  /** Where the engine's three `.wasm` files lie: a folder's URL, or a URL for each. Default: beside its code, which Node
   * finds by itself and a bundle does not. */
  readonly files?: string | Readonly<Record<string, string>>;
}

/** Tensors on `@tensorflow/tfjs-backend-wasm`, repaired so that networks train on it, and the float64 engine beside it.
 *
 * Loading sets the backend of TensorFlow.js for the whole process.
 *
 * @example
 * import * as tf from '@tensorflow/tfjs-core';
 * const backend = await wasmSimd.load({ tensors: tf });
 * const slope = tf.grad((x) => tf.square(x))(tf.scalar(3)); // 6, on backend.threads threads
 */
export const wasmSimd: BackendAdapter & {
  load<Tensors extends TensorEngine = TensorEngine>(
    options?: WasmSimdOptions<Tensors>,
  ): Promise<ComputeBackend<Tensors>>;
} = { declaration: wasmSimdDeclaration, load };

async function load<Tensors extends TensorEngine = TensorEngine>(
  options: WasmSimdOptions<Tensors> = {},
): Promise<ComputeBackend<Tensors>> {
  const who = 'wasmSimd.load';
  const { threads = 1 } = options;
  checkThreads(threads, who);
  const name = '@tensorflow/tfjs-backend-wasm';
  const engine = await loadEngine(
    who,
    name,
    () => import('@tensorflow/tfjs-backend-wasm'),
    tfjsVersion,
  );
  const core = await loadTfjs(who, options.tensors);
  const tf = asTfjs(core, who);
  const running = tf.engine().registry['wasm'] !== undefined;
  if (!running) {
    engine.setThreadsCount(threads);
    if (options.files !== undefined) engine.setWasmPaths(options.files);
  }
  const start = (): Promise<StartedTensors<Tensors>> =>
    startTensors({
      who,
      backend: 'wasm',
      tensors: core,
      register: () => Promise.resolve(engine),
      package: name,
      advice: 'Serve the three .wasm files of the engine, and say where with "files".',
    });
  const { tensors, gradients, notes } = running
    ? await start()
    : await withoutHandlers(() => withThreads(tf, threads, start));
  guardMemory(tf);
  installKernels(tf);
  const own = options.linearAlgebra ? undefined : await loadWasmLinearAlgebra({ threads });
  const actual = engine.getThreadsCount();
  return {
    id: wasmSimdDeclaration.id,
    declaration: wasmSimdDeclaration,
    tensors,
    linearAlgebra: options.linearAlgebra ?? own!,
    threads: actual,
    gradients,
    notes: actual === threads ? notes : [...notes, tooLate(threads, actual)],
    dispose: () => own?.dispose(),
  };
}

function tooLate(wanted: number, actual: number): string {
  return `Tensors compute with ${actual} threads: the engine was running already when ${wanted} were asked for.`;
}
