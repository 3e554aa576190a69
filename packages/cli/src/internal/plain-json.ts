import { writeAtomically } from '@graft-ml/datasets/node';

/** JSON in which typed arrays are lists, and numbers that JSON does not know are null. */
export function plainJson(value: unknown, indent?: number): string {
  const replacer = (_key: string, entry: unknown) =>
    entry instanceof Float64Array || entry instanceof Int32Array ? Array.from(entry) : entry;
  return JSON.stringify(value, replacer, indent);
}

/** Writes JSON to standard output, or to a file where one is named: the value of `--json [file]`. */
export async function writeJson(to: string | true, value: unknown): Promise<void> {
  if (to === true) process.stdout.write(`${plainJson(value, 2)}\n`);
  else {
    await writeAtomically(to, `${plainJson(value)}\n`);
    process.stdout.write(`Written: ${to}\n`);
  }
}
