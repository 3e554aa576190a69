import { TransferError } from '@graft-ml/core';

/** A compiled form of the engine.
 *
 * - `simd`: IEEE arithmetic throughout, the same bits on every machine and in every runtime. The default.
 * - `relaxed-simd`: a product and a sum are rounded once where the processor can (fused multiply-add): up to a third
 *   faster, but the last bits depend on the machine.
 */
export type WasmVariant = 'simd' | 'relaxed-simd';

/** The forms this runtime can run, in order of speed. */
export function supportedVariants(): readonly WasmVariant[] {
  const supported: WasmVariant[] = [];
  if (WebAssembly.validate(relaxedProbe())) supported.push('relaxed-simd');
  if (WebAssembly.validate(simdProbe())) supported.push('simd');
  return supported;
}

/** Settles which form to load; throws `UNSUPPORTED` for one the runtime does not know. */
export function chooseVariant(wanted: WasmVariant | 'fastest', who: string): WasmVariant {
  const supported = supportedVariants();
  const chosen = wanted === 'fastest' ? supported[0] : supported.find((name) => name === wanted);
  if (chosen) return chosen;
  throw new TransferError({
    code: 'UNSUPPORTED',
    who,
    message: `this runtime cannot run the "${wanted}" module; it knows ${supported.join(' and ') || 'no WebAssembly SIMD at all'}. Use ${supported.length > 0 ? '"simd"' : 'referenceLinearAlgebra'} instead.`,
    details: { capability: wanted, supported },
  });
}

/** As many as the modules have room for. */
const maxThreads = 16;

/** Throws `UNSUPPORTED` unless memory can be shared between threads here. */
export function checkThreads(threads: number, who: string): void {
  if (!Number.isInteger(threads) || threads < 1 || threads > maxThreads) {
    throw new TransferError({
      code: 'INVALID_OPTION',
      who,
      message: `"threads" must be a whole number from 1 to ${maxThreads}; received ${threads}.`,
      details: { option: 'threads', received: threads },
    });
  }
  if (threads > 1 && typeof SharedArrayBuffer === 'undefined') {
    throw new TransferError({
      code: 'UNSUPPORTED',
      who,
      message:
        'threads need shared memory, which a page has only when it is cross-origin isolated (headers COOP and COEP). Leave "threads" out.',
      details: { capability: 'threads' },
    });
  }
}

/** A module whose only function holds f64x2.splat. */
function simdProbe(): Uint8Array<ArrayBuffer> {
  return probe([65, 0, 253, 15, 253, 98]);
}

/** The same with i8x16.relaxed_swizzle. */
function relaxedProbe(): Uint8Array<ArrayBuffer> {
  return probe([65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2]);
}

function probe(instructions: readonly number[]): Uint8Array<ArrayBuffer> {
  const body = [0, ...instructions, 11];
  const header = [0, 97, 115, 109, 1, 0, 0, 0];
  const type = [1, 5, 1, 96, 0, 1, 123];
  const functions = [3, 2, 1, 0];
  return Uint8Array.of(
    ...header,
    ...type,
    ...functions,
    10,
    body.length + 2,
    1,
    body.length,
    ...body,
  );
}
