import {
  backendObject,
  guardMethods,
  guardReads,
  outOfMemory,
} from '@graft-ml/backend-wasm-simd/tensors';
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

/** Makes work on a lost device and a buffer that does not fit errors that say so. Throws where the device is lost already. */
export async function guardDevice(tensors: TensorEngine): Promise<void> {
  const backend = backendObject(tensors, 'webgpu') as WebgpuBackend;
  let reason: string | undefined;
  const lost = backend.device.lost.then(({ message }) => {
    reason = message || 'no reason given';
    return lostDevice(reason);
  });
  const check = (): void => {
    if (reason !== undefined) throw lostDevice(reason);
  };
  // A loss of earlier is told in the next turn only.
  await Promise.resolve();
  check();
  guardReads(backend, lost, isAborted);
  guardMethods(backend, ['runWebGPUProgram', 'uploadToGPU', 'read', 'readSync'], check);
  const { maxBufferSize, maxStorageBufferBindingSize } = backend.device.limits;
  const largest = Math.min(maxBufferSize, maxStorageBufferBindingSize);
  guardMethods(backend.bufferManager, ['acquireBuffer'], ([bytes]) => {
    if ((bytes as number) > largest)
      throw outOfMemory('webgpu', bytes as number, `this device takes ${largest} bytes at a time`);
  });
}

/** Waiting for a result is broken off by nothing but the end of the device. */
function isAborted(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === 'AbortError';
}

function lostDevice(reason: string): TransferError {
  return new TransferError({
    code: 'DISPOSED',
    who: 'webgpu',
    message: `the browser took the device away (${reason}), and the tensors on it are gone. Reload the page and resume from a checkpoint, or load the webgl or wasm-simd backend.`,
    details: { capability: 'webgpu', reason },
  });
}
