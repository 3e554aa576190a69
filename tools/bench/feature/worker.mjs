// Runs one method on one data set, named on the command line, whenever a line {"share"} comes: so its memory is its own and it can be ended.
import { createInterface } from 'node:readline';
import { loadWasmLinearAlgebra } from '@graft-ml/numerics/wasm';
import { prepareMethod } from './methods.mjs';
import { readProblem } from './problems.mjs';

const linearAlgebra = await loadWasmLinearAlgebra();
const [folder, data, name] = process.argv.slice(2);
const prepared = {};
for await (const line of createInterface({ input: process.stdin })) {
  const { share } = JSON.parse(line);
  prepared[share] ??= prepareMethod(name, readProblem(folder, data, share), linearAlgebra);
  console.log(JSON.stringify(await timed(prepared[share])));
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
