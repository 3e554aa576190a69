import {
  backendObject,
  firstLine,
  guardMethods,
  guardReads,
  outOfMemory,
} from '@graft-ml/backend-wasm-simd/tensors';
import { TransferError, type TensorEngine } from '@graft-ml/core';

/** The part of tfjs-backend-webgl that is used here. */
interface WebglBackend {
  readonly gpgpu: { readonly gl: WebGL2RenderingContext };
  acquireTexture: (shape: readonly [number, number], ...rest: unknown[]) => unknown;
}

const guarded = Symbol.for('@graft-ml/guarded-textures');

/** Makes work on a lost context and a texture that does not fit errors that say so. Returns what the user should know; throws
 * where the context is lost already. */
export function guardContext(tensors: TensorEngine): string[] {
  const backend = backendObject(tensors, 'webgl') as WebglBackend;
  const { gl } = backend.gpgpu;
  if (gl.isContextLost()) throw lostContext();
  guardReads(backend, contextLoss(gl));
  guardMethods(backend, ['runWebGLProgram', 'uploadToGPU', 'read', 'readSync'], () => {
    if (gl.isContextLost()) throw lostContext();
  });
  guardTextures(backend);
  const { env } = tensors as TensorEngine & { env(): { getBool(name: string): boolean } };
  return !env().getBool('WEBGL_RENDER_FLOAT32_ENABLED')
    ? ['Computes in float16: results have three digits, and numbers above 65504 overflow.']
    : [];
}

/** The context is lost between two looks at it, too: while a result is waited for. */
function contextLoss({ canvas }: WebGL2RenderingContext): Promise<TransferError> {
  return new Promise((resolve) => {
    canvas.addEventListener('webglcontextlost', () => resolve(lostContext()), { once: true });
  });
}

/** Asking the card for errors stalls it, so only textures of this many numbers are asked about. */
const large = 2 ** 22;

function guardTextures(backend: WebglBackend & { [guarded]?: true }): void {
  if (backend[guarded]) return;
  backend[guarded] = true;
  const { gl } = backend.gpgpu;
  const acquire = backend.acquireTexture;
  backend.acquireTexture = (shape, ...rest) => {
    const numbers = shape[0] * shape[1];
    let texture: unknown;
    try {
      texture = acquire.call(backend, shape, ...rest);
    } catch (cause) {
      if (!firstLine(cause).includes('texture size')) throw cause;
      const most = String(gl.getParameter(gl.MAX_TEXTURE_SIZE));
      const limit = `a texture has at most ${most} rows and columns`;
      throw outOfMemory('webgl', 4 * numbers, limit, cause);
    }
    if (numbers >= large && gl.getError() === gl.OUT_OF_MEMORY)
      throw outOfMemory('webgl', 4 * numbers, 'the graphics card has no room left');
    return texture;
  };
}

function lostContext(): TransferError {
  return new TransferError({
    code: 'DISPOSED',
    who: 'webgl',
    message:
      'the browser took the WebGL context away, and the tensors in it are gone. Reload the page and resume from a checkpoint, or load the wasm-simd backend.',
    details: { capability: 'webgl' },
  });
}
