// Runs one method, named on the command line, whenever a line {"n"} comes: so its memory is its own and it can be ended.
import { createInterface } from 'node:readline';
import { loadWasmLinearAlgebra } from '@graft-ml/numerics/wasm';
import { prepareMethod } from './methods.mjs';
import { sampleRows } from './problem.mjs';

const linearAlgebra = await loadWasmLinearAlgebra();
const prepared = {};
for await (const line of createInterface({ input: process.stdin })) {
  const { n } = JSON.parse(line);
  prepared[n] ??= prepareMethod(process.argv[2], sampleRows(n), linearAlgebra);
  console.log(JSON.stringify(await timed(prepared[n])));
}

async function timed(action) {
  const start = process.cpuUsage();
  try {
    await action();
  } catch (error) {
    return { error: error.message };
  }
  const { user, system } = process.cpuUsage(start);
  return {
    seconds: (user + system) / 1e6,
    megabytes: process.resourceUsage().maxRSS / 1024,
  };
}
