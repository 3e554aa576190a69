/** What went wrong, as a stable word a program can branch on. */
export type ErrorCode =
  | 'INVALID_OPTION'
  | 'SHAPE_MISMATCH'
  | 'INVALID_DATA'
  | 'NUMERICAL'
  | 'NOT_CONVERGED'
  | 'OUT_OF_MEMORY'
  | 'UNSUPPORTED'
  | 'DUPLICATE_REGISTRATION'
  | 'UNKNOWN_STRATEGY'
  | 'MISSING_DEPENDENCY'
  | 'INVALID_ARTEFACT'
  | 'IO'
  | 'ABORTED'
  | 'DISPOSED';

export interface TransferErrorInit {
  readonly code: ErrorCode;
  /** Who noticed: a class, a function or a command, as the user wrote it. */
  readonly who: string;
  /** What was expected, what came and what to do, in a sentence or two. */
  readonly message: string;
  /** The same facts as data, for programs. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

const brand = Symbol.for('@graft-ml/TransferError');

/** The only error Graft throws on purpose: branch on `code`, print `message`. */
export class TransferError extends Error {
  readonly code: ErrorCode;
  readonly who: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor({ code, who, message, details, cause }: TransferErrorInit) {
    super(`${who}: ${message}`, cause === undefined ? undefined : { cause });
    this.name = 'TransferError';
    this.code = code;
    this.who = who;
    this.details = details ?? {};
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Tells a {@link TransferError} from other errors, also when it comes from a second installed copy of Graft. */
export function isTransferError(error: unknown, code?: ErrorCode): error is TransferError {
  if (typeof error !== 'object' || error === null || !(brand in error)) return false;
  return code === undefined || (error as { code?: unknown }).code === code;
}
