import { Worker, type WorkerOptions } from 'node:worker_threads';
import { waitForAnswer, watch } from '../src/internal/wait-for-answer.js';

interface Ready {
  readonly worker: Worker;
  readonly signal: Int32Array;
}

/** A worker that runs `code` on a message, with the shared `signal` at hand, and says when it is ready. */
async function ready(code: string, options: WorkerOptions = {}): Promise<Ready> {
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const whole = `
    const { parentPort, workerData: signal } = require('node:worker_threads');
    parentPort.on('message', () => { ${code} });
    parentPort.postMessage('ready');`;
  const worker = new Worker(whole, { ...options, eval: true, workerData: signal });
  await new Promise((resolve) => worker.once('message', resolve));
  worker.on('error', () => undefined);
  watch(worker);
  return { worker, signal };
}

const answer = 'Atomics.store(signal, 0, 1); Atomics.notify(signal, 0);';

it.each([
  ['at once', answer],
  ['after several looks at it', `setTimeout(() => { ${answer} }, 250);`],
  ['with its last breath', `Atomics.store(signal, 0, 1); process.exit();`],
])('hears an answer %s', async (_, code) => {
  const { worker, signal } = await ready(code);
  worker.postMessage('');
  expect(waitForAnswer(signal, worker, 20_000)).toBe('answered');
  await worker.terminate();
});

it('goes on sleeping when it is woken without an answer', async () => {
  const { worker, signal } = await ready(`
    setTimeout(() => Atomics.notify(signal, 0), 20);
    setTimeout(() => { ${answer} }, 300);`);
  worker.postMessage('');
  expect(waitForAnswer(signal, worker, 20_000)).toBe('answered');
  expect(Atomics.load(signal, 0)).toBe(1);
  await worker.terminate();
});

it.each([
  ['exits', 'process.exit(1)', {}],
  ['throws', 'throw new Error("x")', {}],
  [
    'is ended for its memory',
    'const all = []; for (;;) all.push(new Array(1e5).fill({}));',
    { resourceLimits: { maxOldGenerationSizeMb: 24 } },
  ],
])('notices a worker that %s', async (_, code, options) => {
  const { worker, signal } = await ready(code, options);
  worker.postMessage('');
  expect(waitForAnswer(signal, worker, 20_000)).toBe('ended');
  await worker.terminate();
});

it('notices a worker that is terminated in the middle of its work', async () => {
  const { worker, signal } = await ready('for (;;);');
  worker.postMessage('');
  const ended = worker.terminate();
  expect(waitForAnswer(signal, worker, 20_000)).toBe('ended');
  await ended;
});

it('loses patience with a worker that goes on and on', async () => {
  const { worker, signal } = await ready('for (;;);');
  worker.postMessage('');
  expect(waitForAnswer(signal, worker, 300)).toBe('silent');
  await worker.terminate();
});
