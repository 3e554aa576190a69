import { guardReads } from '@graft-ml/backend-wasm-simd/tensors';
import { TransferError } from '@graft-ml/core';

const gone = new TransferError({ code: 'DISPOSED', who: 'test', message: 'gone.' });
const never = new Promise<TransferError>(() => undefined);

/** A backend whose reads do what `read` says, and a device that is lost when `lose` is called. */
function device(read: () => Promise<unknown>): {
  read: () => Promise<unknown>;
  lose: () => void;
} {
  const backend = { read };
  const loss: { lose?: () => void } = {};
  const lost = new Promise<TransferError>((resolve) => (loss.lose = () => resolve(gone)));
  guardReads(backend, lost, (cause) => String(cause).includes('unmapped'));
  guardReads(backend, never);
  return { read: () => backend.read(), lose: loss.lose! };
}

it('passes on what is read, and the typed error of another guard', async () => {
  expect(await device(() => Promise.resolve(7)).read()).toBe(7);
  const full = new TransferError({ code: 'OUT_OF_MEMORY', who: 'test', message: 'full.' });
  const thrown = device(() => {
    throw full;
  });
  await expect(thrown.read()).rejects.toBe(full);
});

it('ends every read that waits when the device is lost', async () => {
  const { read, lose } = device(() => new Promise(() => undefined));
  const reads = [read(), read()];
  lose();
  await expect(reads[0]).rejects.toBe(gone);
  await expect(reads[1]).rejects.toBe(gone);
});

it('names the loss as the reason of a failure that came before the news of it', async () => {
  const { read, lose } = device(() => Promise.reject(new Error('buffer was unmapped')));
  const failed = read();
  setTimeout(lose, 5);
  await expect(failed).rejects.toBe(gone);
});

it('leaves other failures as they are', async () => {
  const { read } = device(() => Promise.reject(new Error('another')));
  await expect(read()).rejects.toThrow('another');
});
