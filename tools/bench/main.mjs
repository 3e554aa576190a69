// `npm run bench -- <name> [options]`: runs tools/bench/<name>.mjs, which exports `run(args)`.
import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.mjs') && file !== 'main.mjs')
  .map((file) => file.replace('.mjs', ''));
const [name, ...args] = process.argv.slice(2);

if (names.includes(name)) {
  const { run } = await import(pathToFileURL(`${folder}/${name}.mjs`).href);
  await run(args);
} else {
  console.error(`Usage: npm run bench -- <name>, one of: ${names.join(', ')}`);
  process.exitCode = 2;
}
