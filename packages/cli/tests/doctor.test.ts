import { run } from '../src/run.js';

/** Runs the command and returns what it prints. */
async function print(...args: string[]): Promise<string> {
  const write = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
  try {
    expect(await run(['doctor', ...args])).toBe(0);
    return write.mock.calls.map(([chunk]) => String(chunk)).join('');
  } finally {
    write.mockRestore();
  }
}

it('says what is here, what is chosen, how fast it is and what is missing', async () => {
  const text = await print('--size', '64');
  expect(text).toMatch(/^node +present, chosen$/m);
  expect(text).toMatch(/linear algebra {2}float64, onnxruntime over wasm-simd, [\d.]+ GFLOPS/);
  expect(text).toMatch(/^wasm-simd +present$/m);
  expect(text).toMatch(/tensors +float32, 1 thread, with derivatives, [\d.]+ GFLOPS/);
  expect(text).toMatch(/missing +Complex, ComplexAbs/);
  expect(text).toMatch(/^webgl +not here\n.*needs a browser/m);
});

it('is data for programs', async () => {
  const findings = JSON.parse(await print('--json', '--size', '0')) as {
    readonly package: string;
    readonly chosen: boolean;
    readonly report: { readonly present: boolean };
  }[];
  expect(findings.map(({ chosen, report }) => [chosen, report.present])).toEqual([
    [true, true],
    [false, true],
    [false, false],
    [false, false],
  ]);
});
