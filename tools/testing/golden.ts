import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** An array of a golden case: row-major values of any rank. */
export interface GoldenArray {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
  readonly up_to: string | null;
}

/** One reference case: exact inputs and the outputs of a trusted implementation with the tolerances to compare at. */
export interface GoldenCase {
  readonly id: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, GoldenArray>>;
  readonly outputs: Readonly<Record<string, GoldenArray>>;
  readonly compare: { readonly outputs: Readonly<Record<string, Tolerance>> };
}

const workspace = join(__dirname, '..', '..');

/** The folder of shared reference material beside the workspace, if it is there. */
export function sharedFolder(...path: string[]): string | undefined {
  const folder = join(dirname(workspace), 'shared', ...path);
  return existsSync(folder) ? folder : undefined;
}

/** Describes tests that need a file of the shared folder; where it is absent they are skipped under a name that says so. */
export function describeWith(
  path: readonly string[],
  name: string,
  body: (file: string) => void,
): void {
  const file = sharedFolder(...path);
  if (file) describe(name, () => body(file));
  else {
    describe(name, () => {
      it.skip(`needs ../shared/${path.join('/')}, which is not here`, () => undefined);
    });
  }
}

/** Describes tests against the golden case called `id` (without `.s.json`). */
export function describeGolden(id: string, body: (golden: GoldenCase) => void): void {
  describeWith(['golden', `${id}.s.json`], `golden case ${id}`, (file) => {
    body(JSON.parse(readFileSync(file, 'utf8')) as GoldenCase);
  });
}

/** The rows of a two-dimensional golden array. */
export function rowsOf(array: GoldenArray): number[][] {
  const [rows = 0, columns = 1] = array.shape;
  return Array.from({ length: rows }, (_, i) => array.data.slice(i * columns, (i + 1) * columns));
}

/** Compares with an output at the tolerance the case states; `column sign` accepts a column times −1. */
export function expectGolden(
  golden: GoldenCase,
  output: string,
  received: ArrayLike<number>,
): void {
  const expected = golden.outputs[output];
  const tolerance = golden.compare.outputs[output];
  if (!expected || !tolerance) throw new Error(`${golden.id} has no output "${output}"`);
  expect(received).toHaveLength(expected.data.length);
  const columns = expected.shape.length === 2 ? expected.shape[1]! : 1;
  const signs = new Array<number>(columns).fill(1);
  if (tolerance.up_to === 'column sign') {
    for (let j = 0; j < columns; j++) {
      let dot = 0;
      for (let p = j; p < expected.data.length; p += columns)
        dot += expected.data[p]! * received[p]!;
      signs[j] = dot < 0 ? -1 : 1;
    }
  }
  let worst = 0;
  let at = 0;
  for (let p = 0; p < expected.data.length; p++) {
    const reference = expected.data[p]!;
    const allowed = tolerance.atol + tolerance.rtol * Math.abs(reference);
    const excess = Math.abs(signs[p % columns]! * received[p]! - reference) - allowed;
    if (!(excess <= worst)) {
      worst = excess;
      at = p;
    }
  }
  if (worst > 0 || Number.isNaN(worst)) {
    throw new Error(
      `${golden.id}: "${output}"[${at}] is ${received[at]}, expected ${expected.data[at]} (beyond tolerance by ${worst})`,
    );
  }
}
