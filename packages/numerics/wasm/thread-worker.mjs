// One thread of a threaded module, in Node and in pages: takes the compiled module and the shared memory from the engine,
// says when it is ready, and then works off jobs inside the module until it is ended.
const isNode = typeof process === 'object' && process.versions?.node !== undefined;

function run({ module, memory, thread, stack }, reply) {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  exports.__stack_pointer.value = stack;
  reply('ready');
  exports.runWorker(thread);
}

if (isNode) {
  // Under a name bundlers cannot follow: a page never gets here.
  const name = 'node:worker_threads';
  void import(/* @vite-ignore */ /* webpackIgnore: true */ name).then(({ parentPort }) => {
    parentPort.once('message', (start) => run(start, (text) => parentPort.postMessage(text)));
  });
} else {
  globalThis.onmessage = ({ data }) => run(data, (text) => globalThis.postMessage(text));
}
