import { wasmSimd } from '@graft-ml/backend-wasm-simd';
import { checkBackend } from '@graft-ml/backend-wasm-simd/checks';
import { referenceLinearAlgebra } from '@graft-ml/numerics';

it('keeps every promise of a tensor engine, apart from what it declares', async () => {
  const backend = await wasmSimd.load({ linearAlgebra: referenceLinearAlgebra });
  const results = await checkBackend(backend);
  expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  expect(results.filter(({ outcome }) => outcome === 'passed').length).toBeGreaterThan(85);
  expect(results.flatMap(({ name, outcome }) => (outcome === 'refused' ? [name] : []))).toEqual([
    'derivative of TopK',
    'derivative of StridedSlice',
    'derivative of einsum',
  ]);
});
