import type { TransferError } from '@graft-ml/core';

type Read = (...values: unknown[]) => Promise<unknown>;

const guarded = Symbol.for('@graft-ml/guarded-reads');

/** Ends the backend's reads with the error of `lost` when the device goes away while they wait for it. As shipped they wait
 * for ever, or fail in the browser's words: failures that `meansLoss` recognises wait for the news. Doing it twice changes
 * nothing. */
export function guardReads(
  backend: object,
  lost: Promise<TransferError>,
  meansLoss: (cause: unknown) => boolean = () => false,
): void {
  const owner = backend as { read: Read; [guarded]?: true };
  if (owner[guarded]) return;
  owner[guarded] = true;
  // A list, not a race of promises: `lost` would hold on to every result until the end.
  const waiting = new Set<(error: TransferError) => void>();
  void lost.then((error) => {
    for (const refuse of waiting) refuse(error);
    waiting.clear();
  });
  const original = owner.read.bind(backend);
  owner.read = (...values) =>
    new Promise((resolve, reject) => {
      waiting.add(reject);
      const read = async (): Promise<unknown> => original(...values);
      read().then(
        (result) => {
          waiting.delete(reject);
          resolve(result);
        },
        (cause: unknown) => {
          if (meansLoss(cause)) return;
          waiting.delete(reject);
          reject(cause as Error);
        },
      );
    });
}
