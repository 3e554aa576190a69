import { TransferError } from '@graft-ml/core';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EMFILE: 'too many files are open',
};

/** The `IO` error for a file that could not be read or written, with the system's reason in words. */
export function fileError(
  who: string,
  action: 'read' | 'write',
  path: string,
  cause: unknown,
): TransferError {
  const code = systemCode(cause) ?? 'unknown';
  const missingFolder = action === 'write' && code === 'ENOENT';
  const reason = missingFolder ? 'its folder does not exist' : (reasons[code] ?? String(cause));
  const advice =
    action === 'read'
      ? code === 'ENOENT'
        ? ' Check the path; it counts from the current folder.'
        : ''
      : ' Nothing was written. Choose another path, or make it writable.';
  return new TransferError({
    code: 'IO',
    who,
    message: `cannot ${action} "${path}": ${reason}.${advice}`,
    details: { path, action, systemCode: code },
    cause,
  });
}

/** The system's word for what went wrong, `ENOENT` say. */
export function systemCode(error: unknown): string | undefined {
  const code: unknown = typeof error === 'object' && error && 'code' in error && error.code;
  return typeof code === 'string' ? code : undefined;
}
