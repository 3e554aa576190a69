import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeDeclaration } from '@graft-ml/backend-node';
import { wasmSimdDeclaration } from '@graft-ml/backend-wasm-simd';
import { webglDeclaration } from '@graft-ml/backend-webgl';
import { webgpuDeclaration } from '@graft-ml/backend-webgpu';
import { backendPage } from '../backend-table.js';

it('docs/backends.md says what the adapters declare (UPDATE_DOCS=1 writes it)', () => {
  const file = join(__dirname, '..', '..', '..', 'docs', 'backends.md');
  const page = backendPage([
    wasmSimdDeclaration,
    webglDeclaration,
    webgpuDeclaration,
    nodeDeclaration,
  ]);
  if (process.env.UPDATE_DOCS) writeFileSync(file, page);
  expect(readFileSync(file, 'utf8')).toBe(page);
});
