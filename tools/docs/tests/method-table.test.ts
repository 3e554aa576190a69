import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { methodsOf } from '@graft-ml/core';
import { methodPage } from '../method-table.js';

const root = join(__dirname, '..', '..', '..');
const packages = readdirSync(join(root, 'packages')).filter(
  (name) => name !== 'cli' && existsSync(join(root, 'packages', name, 'src', 'index.ts')),
);
// eslint-disable-next-line @typescript-eslint/no-require-imports
const methods = packages.flatMap((name) => methodsOf(require(`@graft-ml/${name}`) as object));

it('docs/methods.md says what the classes say (UPDATE_DOCS=1 writes it)', () => {
  const file = join(root, 'docs', 'methods.md');
  const page = methodPage(methods);
  if (process.env.UPDATE_DOCS) writeFileSync(file, page);
  expect(readFileSync(file, 'utf8')).toBe(page);
});
