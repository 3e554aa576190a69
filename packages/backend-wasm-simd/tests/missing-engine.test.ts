import { wasmSimd } from '@graft-ml/backend-wasm-simd';
import { describeBackend } from '@graft-ml/backend-wasm-simd/tensors';

jest.mock('@tensorflow/tfjs-backend-wasm', () => {
  throw new Error("Cannot find package '@tensorflow/tfjs-backend-wasm'");
});

it('names the engine that is not installed and how to get it', async () => {
  await expect(wasmSimd.load()).rejects.toMatchObject({
    code: 'MISSING_DEPENDENCY',
    message:
      'wasmSimd.load: "@tensorflow/tfjs-backend-wasm" is not installed. Run "npm install @tensorflow/tfjs-backend-wasm@4.22.0".',
  });
});

it('is a report as well', async () => {
  const report = await describeBackend(wasmSimd);
  expect(report).toMatchObject({ present: false, declaration: { id: 'wasm-simd' } });
  expect(report.reason).toMatch(/^"@tensorflow.*npm install/);
});
