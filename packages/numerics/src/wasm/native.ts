import { TransferError } from '@graft-ml/core';

/** An address in the module's memory, in bytes. */
export type Pointer = number;

/** What the compiled module offers; `native/source` says what each does. Sizes are whole numbers, flags 0 or 1, matrices
 * column-major unless a comment there says otherwise. Results called status are 0, LAPACK's positive `info`, or negative. */
export interface NativeExports {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  /** Must come first; 0 when there is not enough memory to work at all. */
  prepare(threads: number): number;

  heapTop(): number;
  heapRelease(mark: number): void;
  heapAllocate(bytes: number): Pointer;
  heapFailedBytes(): number;

  transpose(rows: number, columns: number, from: Pointer, to: Pointer): void;
  mirrorLower(n: number, a: Pointer): void;
  clearAbove(n: number, a: Pointer): void;
  isFinite(count: number, values: Pointer): number;
  placeVectors(
    n: number,
    count: number,
    reversed: number,
    vectors: Pointer,
    to: Pointer,
    signs: Pointer,
  ): void;
  keepColumns(rows: number, columns: number, count: number, factors: Pointer, a: Pointer): void;

  gemm(
    transposeA: number,
    transposeB: number,
    m: number,
    n: number,
    k: number,
    alpha: number,
    a: Pointer,
    lda: number,
    b: Pointer,
    ldb: number,
    beta: number,
    c: Pointer,
    ldc: number,
  ): void;
  crossProduct(rows: number, n: number, a: Pointer, c: Pointer): void;
  multiplyFloat32(
    m: number,
    n: number,
    k: number,
    transposeA: number,
    transposeB: number,
    a: Pointer,
    b: Pointer,
    c: Pointer,
  ): number;
  sparseMultiply(
    rows: number,
    n: number,
    starts: Pointer,
    columns: Pointer,
    values: Pointer,
    b: Pointer,
    out: Pointer,
  ): void;
  sparseTransposedMultiply(
    rows: number,
    n: number,
    starts: Pointer,
    columns: Pointer,
    values: Pointer,
    b: Pointer,
    out: Pointer,
  ): void;
  sparseCrossProduct(
    rows: number,
    n: number,
    starts: Pointer,
    columns: Pointer,
    values: Pointer,
    out: Pointer,
  ): void;
  scatter(
    rows: number,
    features: number,
    x: Pointer,
    weights: Pointer,
    mean: Pointer,
    out: Pointer,
  ): number;

  choleskyFactor(n: number, a: Pointer): number;
  solveLower(n: number, columns: number, transposed: number, lower: Pointer, b: Pointer): void;
  luSolve(n: number, columns: number, a: Pointer, b: Pointer): number;
  qrFactor(m: number, n: number, a: Pointer, r: Pointer): number;
  svdThin(m: number, n: number, a: Pointer, u: Pointer, s: Pointer, vt: Pointer): number;

  eigenAll(n: number, a: Pointer, values: Pointer): number;
  eigenRange(
    n: number,
    first: number,
    last: number,
    a: Pointer,
    values: Pointer,
    vectors: Pointer,
  ): number;
  reduceGeneralized(n: number, a: Pointer, lower: Pointer): void;
  solveVectors(n: number, count: number, lower: Pointer, vectors: Pointer): void;

  measureDense(
    type: number,
    gamma: number,
    degree: number,
    constant: number,
    n: number,
    m: number,
    features: number,
    x: Pointer,
    y: Pointer,
    out: Pointer,
  ): number;
  measureSparse(
    type: number,
    gamma: number,
    degree: number,
    constant: number,
    n: number,
    m: number,
    features: number,
    xStarts: Pointer,
    xColumns: Pointer,
    xValues: Pointer,
    yStarts: Pointer,
    yColumns: Pointer,
    yValues: Pointer,
    out: Pointer,
  ): number;

  solveTransport(
    n: number,
    m: number,
    cost: Pointer,
    supply: Pointer,
    demand: Pointer,
    steps: Pointer,
    parents: Pointer,
    flows: Pointer,
    sourcePotentials: Pointer,
    targetPotentials: Pointer,
  ): number;
  solveScaling(
    n: number,
    m: number,
    cost: Pointer,
    supply: Pointer,
    demand: Pointer,
    rule: number,
    strength: number,
    epsilon: number,
    outcome: Pointer,
    plan: Pointer,
    f: Pointer,
    g: Pointer,
  ): number;

  expInPlace(count: number, values: Pointer): void;
  logInPlace(count: number, values: Pointer): void;
}

/** What a threaded module offers beside. */
export interface ThreadedExports extends NativeExports {
  setThreads(count: number, mainMaySleep: number): void;
}

/** Makes an instance of the module, ready for its first call. */
export async function startNative(
  module: WebAssembly.Module,
  who: string,
  { threads = 1, memory }: { readonly threads?: number; readonly memory?: WebAssembly.Memory } = {},
): Promise<NativeExports> {
  const imports = memory ? { env: { memory } } : {};
  const instance = await WebAssembly.instantiate(module, imports);
  const exports: object = instance.exports;
  const native = exports as NativeExports;
  native._initialize();
  if (native.prepare(threads)) return native;
  const bytes = native.heapFailedBytes();
  throw new TransferError({
    code: 'OUT_OF_MEMORY',
    who,
    message: `could not get the ${bytes} bytes the engine needs to start.`,
    details: { bytes },
  });
}
