import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as core from '@graft-ml/core';
import * as datasets from '@graft-ml/datasets';

const readme = readFileSync(join(__dirname, '..', 'README.md'), 'utf8');
const modules: Readonly<Record<string, object>> = {
  '@graft-ml/core': core,
  '@graft-ml/datasets': datasets,
};

describe('the README', () => {
  const examples = Array.from(readme.matchAll(/```ts\n([\s\S]*?)```/g), ([, code = '']) => code);

  it.each(examples.map((code) => [code.split('\n', 1)[0], code]))(
    'has an example that does what it says: %s',
    async (_, code) => {
      const body = code!
        .replace(/import \{([^}]*)\} from '([^']*)';/g, "const {$1} = modules['$2'];")
        .replace(/^(.*); \/\/ => (.*)$/gm, 'expect($1).toEqual($2);');
      const AsyncFunction = (async () => undefined).constructor as new (
        ...parts: string[]
      ) => (...values: unknown[]) => Promise<void>;
      expect(body).toContain('expect(');
      await new AsyncFunction('modules', 'expect', body)(modules, expect);
    },
  );

  it('names every function of the package', () => {
    const missing = Object.keys(datasets).filter(
      (name) => !new RegExp(`\\b${name}\\b`).test(readme),
    );
    expect(missing).toEqual([]);
  });
});
