import type { LinearAlgebra } from './linear-algebra.js';
import type { RunOptions } from './run.js';
import { token, type Token } from './token.js';

/** The numbers an engine computes with. */
export type FloatType = 'float32' | 'float64';

/** What an adapter says of itself before anything is loaded. It is plain data: `docs/backends.md` and `graft doctor` are
 * made from it, and the operation checks take their exceptions from it and from nowhere else. */
export interface BackendDeclaration {
  /** A short name, also the last part of the package's: `wasm-simd`, `webgl`, … */
  readonly id: string;
  /** What it is for, in a sentence. */
  readonly summary: string;
  readonly runsIn: readonly ('node' | 'browser')[];
  /** The packages that bring its engines, best first where one of them is enough. */
  readonly engines: readonly string[];
  /** Types of tensors; empty where there are none. */
  readonly tensorTypes: readonly FloatType[];
  /** Where threads come from, in words; absent where there is one. */
  readonly threads?: string;
  /** Most memory that tensors can take together, in bytes, where the engine and not the machine decides. */
  readonly memoryLimit?: number;
  /** Kernels that throw, by their names in TensorFlow.js. */
  readonly missingOperations: readonly string[];
  /** Kernels whose derivative throws although they themselves work. */
  readonly missingGradients: readonly string[];
  /** Largest relative error of a product of 64 rows and of the elementary functions. */
  readonly precision: number;
  /** Where non-finite numbers are those of IEEE 754: NaN that goes in comes out; overflow and x / 0 are infinite; 0 / 0 and
   * functions without an answer are NaN. */
  readonly keeps: { readonly nan: boolean; readonly infinity: boolean; readonly invalid: boolean };
  /** What was repaired in the engine and what else a user should know, a sentence each. */
  readonly notes: readonly string[];
}

/** What all forms of TensorFlow.js have in common; the module itself is handed around under this type. */
export interface TensorEngine {
  setBackend(name: string): Promise<boolean>;
  getBackend(): string;
  ready(): Promise<void>;
  memory(): { readonly numTensors: number; readonly numBytes: number };
}

/** A loaded backend. Engines are shared by the whole process: dispose of it once, when nothing uses it any more. */
export interface ComputeBackend<Tensors extends TensorEngine = TensorEngine> {
  readonly id: string;
  readonly declaration: BackendDeclaration;
  /** Tensors in the engine the backend chose, already set; absent where none is installed. */
  readonly tensors?: Tensors;
  /** Decompositions, products and kernels in float64. */
  readonly linearAlgebra: LinearAlgebra;
  /** Threads that tensors compute with. */
  readonly threads: number;
  /** Whether tensor operations can be differentiated. */
  readonly gradients: boolean;
  /** What was chosen, and what was asked for and could not be had, a sentence each. */
  readonly notes: readonly string[];
  dispose(): void;
}

/** What every adapter takes when it loads. */
export interface BackendOptions<Tensors extends TensorEngine = TensorEngine> extends RunOptions {
  /** TensorFlow.js (`@tensorflow/tfjs-core` or a package around it). Default: what the package's name leads to. */
  readonly tensors?: Tensors;
  /** Float64 linear algebra to use in place of the adapter's own. */
  readonly linearAlgebra?: LinearAlgebra;
}

/** Loads one engine. Importing an adapter loads nothing. */
export interface BackendAdapter {
  readonly declaration: BackendDeclaration;
  /** Throws `MISSING_DEPENDENCY` where the engine is not installed and `UNSUPPORTED` where it cannot run. */
  load<Tensors extends TensorEngine = TensorEngine>(
    options?: BackendOptions<Tensors>,
  ): Promise<ComputeBackend<Tensors>>;
}

/** One engine on this machine, as `graft doctor` prints it. */
export interface BackendReport {
  readonly declaration: BackendDeclaration;
  readonly present: boolean;
  /** Why it is not present, and what to do. */
  readonly reason?: string;
  readonly threads?: number;
  readonly gradients?: boolean;
  readonly linearAlgebra?: string;
  /** Measured with square products, the copy in and out included. */
  readonly gigaflops?: { readonly float32?: number; readonly float64?: number };
  readonly notes?: readonly string[];
}

/** Where code that computes with tensors asks for them. */
export const ComputeBackendToken: Token<ComputeBackend> =
  /* @__PURE__ */ token<ComputeBackend>('compute-backend');
