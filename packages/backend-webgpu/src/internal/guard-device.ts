import { backendObject, guardMethods, outOfMemory } from '@graft-ml/backend-wasm-simd/tensors';
import { TransferError, type TensorEngine } from '@graft-ml/core';

/** The part of tfjs-backend-webgpu that is used here. */
interface WebgpuBackend {
  readonly device: {
    readonly lost: Promise<{ readonly message: string }>;
    readonly limits: {
      readonly maxBufferSize: number;
      readonly maxStorageBufferBindingSize: number;
    };
  };
  readonly bufferManager: object;
}

/** Makes work on a lost device and a buffer that does not fit errors that say so. */
export function guardDevice(tensors: TensorEngine): void {
  const backend = backendObject(tensors, 'webgpu') as WebgpuBackend;
  let lost: string | undefined;
  void backend.device.lost.then(({ message }) => {
    lost = message || 'no reason given';
  });
  guardMethods(backend, ['runWebGPUProgram', 'uploadToGPU', 'read', 'readSync'], () => {
    if (lost !== undefined) throw lostDevice(lost);
  });
  const { maxBufferSize, maxStorageBufferBindingSize } = backend.device.limits;
  const largest = Math.min(maxBufferSize, maxStorageBufferBindingSize);
  guardMethods(backend.bufferManager, ['acquireBuffer'], ([bytes]) => {
    if ((bytes as number) > largest)
      throw outOfMemory('webgpu', bytes as number, `this device takes ${largest} bytes at a time`);
  });
}

function lostDevice(reason: string): TransferError {
  return new TransferError({
    code: 'DISPOSED',
    who: 'webgpu',
    message: `the browser took the device away (${reason}), and the tensors on it are gone. Reload the page and resume from a checkpoint, or load the webgl or wasm-simd backend.`,
    details: { capability: 'webgpu', reason },
  });
}
