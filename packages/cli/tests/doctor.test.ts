import { stripVTControlCharacters } from 'node:util';
import { run } from '../src/run.js';

/** Runs the command and returns what it prints. */
async function print(...args: string[]): Promise<string> {
  const write = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
  try {
    expect(await run(['doctor', ...args])).toBe(0);
    return stripVTControlCharacters(write.mock.calls.map(([chunk]) => String(chunk)).join(''));
  } finally {
    write.mockRestore();
  }
}

it('says what is here, what is best, how fast it is and what is missing', async () => {
  const text = await print('--size', '64');
  expect(text).toMatch(/^graft \S+, Node [\d.]+, .* processors, GFLOPS of products of 64 rows$/m);
  expect(text).toMatch(
    /│ node +│ yes, best +│ float32, 1 thread +│ +[\d.]+ │ onnxruntime over wasm-simd +│ +[\d.]+ │/,
  );
  expect(text).toMatch(/│ wasm-simd +│ yes +│ float32, 1 thread +│ +[\d.]+ │ wasm-simd +│/);
  expect(text).toMatch(
    /^wasm-simd\n {2}Lacks 11 operations of TensorFlow\.js; --json names them\.$/m,
  );
  expect(text).toMatch(/│ webgl +│ in browsers +│/);
  expect(text).toMatch(
    /import \{ node \} from '@graft-ml\/backend-node';\n.*await node\.load\(\);/,
  );
});

it('asks for an engine that is not installed by its name, without a word of where it was looked for', async () => {
  const text = await print('--size', '0');
  expect(text.replace(/\s+/g, ' ')).toContain(
    'Tensors run on WebAssembly: "@tensorflow/tfjs-node" is not installed. Run "npm install @tensorflow/tfjs-node@4.22.0".',
  );
  expect(text).not.toContain('imported from');
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
});

it('is data for programs', async () => {
  const findings = JSON.parse(await print('--json', '--size', '0')) as {
    readonly package: string;
    readonly best: boolean;
    readonly report: { readonly present: boolean };
  }[];
  expect(findings.map(({ best, report }) => [best, report.present])).toEqual([
    [true, true],
    [false, true],
    [false, false],
    [false, false],
  ]);
});
