import { TransferError } from '@graft-ml/core';
import { startNative } from './native.js';
import { startThreads } from './threads.js';
import { checkThreads, chooseVariant, type WasmVariant } from './variants.js';
import { WasmLinearAlgebra } from './wasm-linear-algebra.js';

/** Where the module comes from, for those who serve or cache it themselves. */
export type WasmSource = WebAssembly.Module | BufferSource | Response | URL | string;

export interface WasmOptions {
  /** Which compiled form to use. Default `'simd'`, whose results are the same bits everywhere; `'fastest'` takes what
   * `WebAssembly.validate` accepts, relaxed SIMD first. */
  readonly variant?: WasmVariant | 'fastest';
  /** Threads to compute with, this one included: 1 … 16, default 1. More need `dispose()` when they are no longer wanted, and in
   * a page the headers that isolate it (COOP and COEP). Two threads double the speed of large products; problems below
   * about 300 gain nothing. The last bits of results depend on the number. */
  readonly threads?: number;
  /** The module of that form; by default the file beside this package's code. */
  readonly source?: WasmSource | Promise<WasmSource>;
}

/** Loads the WebAssembly engine: LAPACK and SIMD kernels in one module without imports, about 110 kB over the wire.
 *
 * @example
 * const engine = await loadWasmLinearAlgebra();
 * const { values, vectors } = engine.eigenSymmetric(denseMatrix(2, 2, Float64Array.of(2, 1, 1, 2)));
 * // values: [3, 1]
 */
export async function loadWasmLinearAlgebra(options: WasmOptions = {}): Promise<WasmLinearAlgebra> {
  const who = 'loadWasmLinearAlgebra';
  const { threads = 1 } = options;
  const variant = chooseVariant(options.variant ?? 'simd', who);
  checkThreads(threads, who);
  const source = (await options.source) ?? moduleUrl(variant, threads > 1);
  const module = await compile(source, who);
  if (threads > 1) {
    const { native, stop } = await startThreads(module, threads, who);
    return new WasmLinearAlgebra(native, { variant, threads, stop });
  }
  const native = await startNative(module, who);
  return new WasmLinearAlgebra(native, { variant });
}

// Written out in full, because bundlers find assets by this very expression.
function moduleUrl(variant: WasmVariant, threaded: boolean): URL {
  if (variant === 'simd') {
    return threaded
      ? new URL('../../wasm/numerics.simd-threads.wasm', import.meta.url)
      : new URL('../../wasm/numerics.simd.wasm', import.meta.url);
  }
  return threaded
    ? new URL('../../wasm/numerics.relaxed-simd-threads.wasm', import.meta.url)
    : new URL('../../wasm/numerics.relaxed-simd.wasm', import.meta.url);
}

async function compile(source: WasmSource, who: string): Promise<WebAssembly.Module> {
  try {
    if (source instanceof WebAssembly.Module) return source;
    if (typeof source === 'string' || source instanceof URL) {
      return await compileFrom(new URL(source));
    }
    if (typeof Response !== 'undefined' && source instanceof Response)
      return await compileResponse(source);
    return await WebAssembly.compile(source as BufferSource);
  } catch (cause) {
    throw new TransferError({
      code: 'IO',
      who,
      message: `could not load the module from ${describe(source)}: ${String(cause)}. Serve the .wasm file there, or pass its bytes as "source".`,
      details: { source: describe(source) },
      cause,
    });
  }
}

async function compileFrom(url: URL): Promise<WebAssembly.Module> {
  if (url.protocol !== 'file:') return compileResponse(await fetch(url));
  // Under a name bundlers cannot follow: a page never gets here.
  const name = 'node:fs/promises';
  const files = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as {
    readFile(path: URL): Promise<Uint8Array<ArrayBuffer>>;
  };
  return WebAssembly.compile(await files.readFile(url));
}

async function compileResponse(response: Response): Promise<WebAssembly.Module> {
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  // Streaming needs the right content type, which not every server sends.
  return WebAssembly.compile(await response.arrayBuffer());
}

function describe(source: WasmSource): string {
  if (typeof source === 'string' || source instanceof URL) return String(source);
  return 'what was given as "source"';
}
